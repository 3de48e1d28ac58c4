import type { Sandbox } from "@fedbucket/sandbox";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Project {
  readonly id: string;
  readonly name: string;
}

/** EC2 keys of a person's first project, got as an OpenStack client gets them. */
export async function keysOf(sandbox: Sandbox, person?: string): Promise<Keys> {
  const { authUrl, identityProvider, protocol } = sandbox;
  const path = `/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
  const login = await fetch(authUrl + path, {
    method: "POST",
    headers: { authorization: `Bearer ${await sandbox.token(person)}` },
  });
  const unscoped = login.headers.get("x-subject-token") ?? "";
  const { token } = (await login.json()) as { token: { user: { id: string } } };
  const projects = await fetch(`${authUrl}/auth/projects`, { headers: { "x-auth-token": unscoped } });
  const {
    projects: [project],
  } = (await projects.json()) as { projects: Project[] };
  const created = await fetch(`${authUrl}/users/${token.user.id}/credentials/OS-EC2`, {
    method: "POST",
    headers: { "x-auth-token": unscoped, "content-type": "application/json" },
    body: JSON.stringify({ tenant_id: project?.id }),
  });
  const { credential } = (await created.json()) as { credential: { access: string; secret: string } };
  return { accessKeyId: credential.access, secretAccessKey: credential.secret };
}
