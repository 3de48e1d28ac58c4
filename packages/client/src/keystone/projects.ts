import { readJson } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { Secret } from "../secret.ts";
import { keystoneFailure } from "./errors.ts";

/** A project a person has a role in. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** The projects a token may be scoped to; an unscoped token will do. @see Identity API v3, "Get available project scopes" */
export function projectsRequest(keystoneUrl: string, token: Secret): HttpRequest {
  const headers = { "x-auth-token": token, accept: "application/json" };
  return { method: "GET", url: `${keystoneUrl}/auth/projects`, headers };
}

/** Reads the answer to {@link projectsRequest}; disabled projects are left out. @throws KeystoneError */
export async function readProjects(response: HttpResponse): Promise<Project[]> {
  if (response.status !== 200) throw await keystoneFailure(response);
  const { projects = [] } = ((await readJson(response)) ?? {}) as {
    projects?: readonly { id?: string; name?: string; enabled?: boolean }[];
  };
  return projects
    .flatMap(({ id, name, enabled }) =>
      id === undefined ? [] : [{ id, name: name ?? id, enabled: enabled !== false }],
    )
    .filter((project) => project.enabled);
}
