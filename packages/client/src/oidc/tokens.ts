import { readJson, readText, textBody } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import { grantError, OidcError } from "./errors.ts";

/** What a token endpoint gives. */
export interface Tokens {
  readonly accessToken: Secret;
  /** Seconds from now, as the server says. */
  readonly expiresInSeconds?: number;
  /** A new one where the server rotates them; the old one must not be used again. */
  readonly refreshToken?: Secret;
  /** Given for the scope `openid`. */
  readonly idToken?: Secret;
}

/**
 * Gets a new access token. Must be sent once only: issuers that rotate refresh tokens take a second use for theft.
 *
 * @see RFC 6749, section 6
 */
export function refreshRequest(tokenEndpoint: string, clientId: string, refreshToken: Secret): HttpRequest {
  const form = refreshToken.map(
    (token) =>
      `grant_type=refresh_token&client_id=${encodeURIComponent(clientId)}&refresh_token=${encodeURIComponent(token)}`,
  );
  return formRequest(tokenEndpoint, form);
}

/** @see RFC 7009 */
export function revocationRequest(revocationEndpoint: string, clientId: string, token: Secret): HttpRequest {
  const form = token.map((value) => `client_id=${encodeURIComponent(clientId)}&token=${encodeURIComponent(value)}`);
  return { ...formRequest(revocationEndpoint, form), idempotent: true };
}

function formRequest(url: string, form: Secret): HttpRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  return { method: "POST", url, headers, body: textBody(form) };
}

/** Reads the answer to {@link refreshRequest}. @throws OidcError with the code of the server's `error`. */
export async function readTokens(response: HttpResponse): Promise<Tokens> {
  const body = (await readJson(response)) as Record<string, unknown> | undefined;
  if (response.status !== 200) throw grantError(response, body);
  const { access_token: access, refresh_token: refresh, id_token: id, expires_in: expires } = body ?? {};
  if (typeof access !== "string" || access === "") {
    throw new OidcError("OIDC_BAD_RESPONSE", "the token answer has no access token", { response });
  }
  return {
    accessToken: new Secret(access),
    ...(Number.isFinite(Number(expires)) && expires !== undefined ? { expiresInSeconds: Number(expires) } : {}),
    ...(typeof refresh === "string" ? { refreshToken: new Secret(refresh) } : {}),
    ...(typeof id === "string" ? { idToken: new Secret(id) } : {}),
  };
}

/** Reads the answer to {@link revocationRequest}. Revoking what is gone already is no error (RFC 7009, 2.2). */
export async function readRevocation(response: HttpResponse): Promise<void> {
  if (response.status !== 200) throw grantError(response, await readJson(response));
  await readText(response);
}
