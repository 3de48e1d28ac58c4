import type { CloudAddresses } from "./cloud.ts";

/** Where a Keystone is, and who lets in. */
export interface KeystoneAt extends Pick<CloudAddresses, "authUrl" | "identityProvider" | "protocol" | "projectId"> {
  /** A fresh access token. */
  token(): Promise<string>;
}

/** Somebody signed in at Keystone, by three plain requests that share nothing with the client. */
export interface SignedIn {
  /** Scoped to the cloud's project. */
  readonly token: string;
  readonly createKey: () => Promise<{ access: string; secret: string }>;
  /** Every key this person has. */
  readonly deleteKeys: () => Promise<void>;
}

export async function signInAtKeystone(cloud: KeystoneAt): Promise<SignedIn> {
  const federated = `OS-FEDERATION/identity_providers/${cloud.identityProvider}/protocols/${cloud.protocol}/auth`;
  const unscoped = await ask(`${cloud.authUrl}/${federated}`, "POST", {
    authorization: `Bearer ${await cloud.token()}`,
  });
  const scope = {
    identity: { methods: ["token"], token: { id: unscoped.headers.get("x-subject-token") } },
    scope: { project: { id: cloud.projectId } },
  };
  const scoped = await ask(`${cloud.authUrl}/auth/tokens`, "POST", {}, { auth: scope });
  const token = scoped.headers.get("x-subject-token") ?? "";
  const user = ((await scoped.json()) as { token: { user: { id: string } } }).token.user.id;
  const keys = `${cloud.authUrl}/users/${user}/credentials/OS-EC2`;
  const signed = { "x-auth-token": token };
  return {
    token,
    async createKey() {
      const answer = await ask(keys, "POST", signed, { tenant_id: cloud.projectId });
      return ((await answer.json()) as { credential: { access: string; secret: string } }).credential;
    },
    async deleteKeys() {
      const { credentials } = (await (await ask(keys, "GET", signed)).json()) as { credentials: { access: string }[] };
      for (const { access } of credentials) await ask(`${keys}/${access}`, "DELETE", signed);
    },
  };
}

async function ask(url: string, method: string, headers: Record<string, string>, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  // A kept connection may be closed by the server while this process waits for another one.
  const always = { "content-type": "application/json", connection: "close" };
  const answer = await fetch(url, { method, headers: { ...always, ...headers }, ...json });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
