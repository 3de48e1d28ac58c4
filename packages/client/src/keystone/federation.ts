import { readJson } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import { KeystoneError, keystoneFailure } from "./errors.ts";
import { tokenBody } from "./token-body.ts";

/** Where a site accepts federated logins. Sites differ in `protocol` ("openid", "oidc"). */
export interface FederationEndpoint {
  /** Keystone v3 root, for example `https://keystone.example.org:5000/v3`. */
  readonly url: string;
  readonly identityProvider: string;
  readonly protocol: string;
}

/** An unscoped token: it can list projects and be exchanged for a scoped token, nothing else. */
export interface UnscopedToken {
  readonly id: Secret;
  readonly userId: string;
  readonly expiresAt: Date;
}

/**
 * Asks Keystone to exchange an OIDC access token for an unscoped token. Read the answer with
 * {@link readUnscopedToken}. Sending it twice does no harm; it renews the person's group membership each time.
 *
 * @see Identity API v3, OS-FEDERATION, "Request an unscoped OS-FEDERATION token"
 */
export function unscopedTokenRequest(site: FederationEndpoint, accessToken: Secret): HttpRequest {
  const { identityProvider: idp, protocol } = site;
  const path = `OS-FEDERATION/identity_providers/${encodeURIComponent(idp)}/protocols/${encodeURIComponent(protocol)}/auth`;
  return {
    method: "POST",
    url: `${site.url}/${path}`,
    headers: { authorization: accessToken.map((token) => `Bearer ${token}`), accept: "application/json" },
    idempotent: true,
  };
}

/**
 * Reads the answer to {@link unscopedTokenRequest}. The token itself travels in a header.
 *
 * @throws KeystoneError `KEYSTONE_ACCESS_TOKEN_REFUSED`, `KEYSTONE_UNAUTHORIZED` (the mapping refuses),
 * `KEYSTONE_NOT_FOUND` (unknown identity provider), `KEYSTONE_BAD_RESPONSE`.
 */
export async function readUnscopedToken(response: HttpResponse): Promise<UnscopedToken> {
  if (response.status !== 201) throw await keystoneFailure(response); // a redirect is a login page, never a token
  const id = response.headers["x-subject-token"];
  const { user, expires_at: expiresAt } = tokenBody(await readJson(response));
  if (id === undefined || user?.id === undefined || expiresAt === undefined) {
    throw new KeystoneError("KEYSTONE_BAD_RESPONSE", "the token answer lacks an id, a user or an expiry", { response });
  }
  return { id: new Secret(id), userId: user.id, expiresAt: new Date(expiresAt) };
}
