import { readJson, readText } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { Secret } from "../secret.ts";
import { keystoneFailure } from "./errors.ts";
import { tokenBody } from "./token-body.ts";

/** Asks about a token with that token itself. @see Identity API v3, "Validate and show information for token" */
export function validateTokenRequest(keystoneUrl: string, token: Secret): HttpRequest {
  const headers = { "x-auth-token": token, "x-subject-token": token, accept: "application/json" };
  return { method: "GET", url: `${keystoneUrl}/auth/tokens?nocatalog`, headers };
}

/** Reads the answer to {@link validateTokenRequest}; undefined for a token that is none, or none any more. */
export async function readValidity(response: HttpResponse): Promise<{ expiresAt?: Date } | undefined> {
  if (response.status === 401 || response.status === 404) {
    await readText(response);
    return undefined;
  }
  if (response.status !== 200) throw await keystoneFailure(response);
  const { expires_at: expiresAt } = tokenBody(await readJson(response));
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
}
