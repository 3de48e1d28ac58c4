import { readJson } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { Secret } from "../secret.ts";
import { KeystoneError, keystoneFailure } from "./errors.ts";

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

/**
 * The projects in which Keystone itself keeps a role for a person: what signed requests go by, which bring no token along.
 * Of people from outside, only what memberships that outlive their logins give. People may ask for their own.
 *
 * @see Identity API v3, "List projects for user"
 */
export function keptProjectsRequest(keystoneUrl: string, token: Secret, userId: string): HttpRequest {
  const headers = { "x-auth-token": token, accept: "application/json" };
  return { method: "GET", url: `${keystoneUrl}/users/${encodeURIComponent(userId)}/projects`, headers };
}

/** Reads the answer to {@link projectsRequest} and {@link keptProjectsRequest}; disabled projects are left out. @throws KeystoneError */
export async function readProjects(response: HttpResponse): Promise<Project[]> {
  if (response.status !== 200) throw await keystoneFailure(response);
  const { projects } = ((await readJson(response)) ?? {}) as { projects?: unknown };
  if (!Array.isArray(projects)) {
    throw new KeystoneError("KEYSTONE_BAD_RESPONSE", "the answer holds no list of projects", { response });
  }
  return (projects as readonly { id?: string; name?: string; enabled?: boolean }[])
    .flatMap(({ id, name, enabled }) =>
      id === undefined ? [] : [{ id, name: name ?? id, enabled: enabled !== false }],
    )
    .filter((project) => project.enabled);
}
