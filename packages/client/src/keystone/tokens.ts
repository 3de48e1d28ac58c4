import { readJson, readText, textBody } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import { type CatalogEntry, readCatalogServices } from "./catalog.ts";
import { KeystoneError, keystoneFailure } from "./errors.ts";
import { tokenBody } from "./token-body.ts";

/** A token for one project: it opens the object store and manages the person's keys. */
export interface ScopedToken {
  readonly id: Secret;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly project: { readonly id: string; readonly name: string };
  /** Names, for example `member` and `reader`. */
  readonly roles: readonly string[];
  readonly catalog: readonly CatalogEntry[];
}

/**
 * Exchanges an unscoped (or other) token for one of a project. The answer brings the catalog along.
 *
 * @see Identity API v3, "Token authentication with scoped authorization"
 */
export function scopedTokenRequest(keystoneUrl: string, token: Secret, projectId: string): HttpRequest {
  const body = token.map((id) =>
    JSON.stringify({
      auth: { identity: { methods: ["token"], token: { id } }, scope: { project: { id: projectId } } },
    }),
  );
  return {
    method: "POST",
    url: `${keystoneUrl}/auth/tokens`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: textBody(body),
    idempotent: true,
  };
}

/**
 * Reads the answer to {@link scopedTokenRequest}.
 *
 * @throws KeystoneError `KEYSTONE_UNAUTHORIZED` (no role in that project, or no such project), `KEYSTONE_NOT_FOUND`
 * (the token given as identity expired or is none), `KEYSTONE_BAD_RESPONSE`.
 */
export async function readScopedToken(response: HttpResponse): Promise<ScopedToken> {
  if (response.status !== 201) throw await keystoneFailure(response);
  const id = response.headers["x-subject-token"];
  const { user, project, expires_at: expiresAt, roles = [], catalog = [] } = tokenBody(await readJson(response));
  if (id === undefined || user?.id === undefined || project?.id === undefined || expiresAt === undefined) {
    throw new KeystoneError("KEYSTONE_BAD_RESPONSE", "the token answer lacks an id, a user, a project or an expiry", {
      response,
    });
  }
  return {
    id: new Secret(id),
    userId: user.id,
    expiresAt: new Date(expiresAt),
    project: { id: project.id, name: project.name ?? project.id },
    roles: roles.flatMap(({ name }) => (name === undefined ? [] : [name])),
    catalog: readCatalogServices(catalog),
  };
}

/** Ends a token early. @see Identity API v3, "Revoke token" */
export function revokeTokenRequest(keystoneUrl: string, token: Secret): HttpRequest {
  const headers = { "x-auth-token": token, "x-subject-token": token };
  return { method: "DELETE", url: `${keystoneUrl}/auth/tokens`, headers };
}

/** Reads the answer to {@link revokeTokenRequest}. A token that ended already is no error. */
export async function readRevokedToken(response: HttpResponse): Promise<void> {
  if (![204, 401, 404].includes(response.status)) throw await keystoneFailure(response);
  await readText(response);
}
