import { readJson, readText } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { Secret } from "../secret.ts";
import { OidcError } from "./errors.ts";
import { type Group, parseEntitlements } from "./entitlements.ts";

/** The person an access token belongs to, as Check-in tells it. */
export interface Person {
  /** `<opaque>@egi.eu` */
  readonly sub: string;
  /** The best name there is: display name, else user name, else e-mail, else `sub`. */
  readonly name: string;
  /** What hubs and MinIO use. It may change. */
  readonly username?: string;
  readonly email?: string;
  readonly groups: readonly Group[];
}

/** Entitlements are released here, not inside the token. @see OpenID Connect Core 1.0, section 5.3 */
export function userinfoRequest(userinfoEndpoint: string, accessToken: Secret): HttpRequest {
  const authorization = accessToken.map((token) => `Bearer ${token}`);
  return { method: "GET", url: userinfoEndpoint, headers: { authorization, accept: "application/json" } };
}

/**
 * Reads the answer to {@link userinfoRequest}.
 *
 * @throws OidcError `OIDC_TOKEN_REFUSED` (401, 403) or `OIDC_BAD_RESPONSE`.
 */
export async function readUserinfo(response: HttpResponse): Promise<Person> {
  if (response.status === 401 || response.status === 403) {
    await readText(response);
    throw new OidcError("OIDC_TOKEN_REFUSED", "the issuer does not accept this access token", { response });
  }
  const claims = (await readJson(response)) as Record<string, unknown> | undefined;
  const text = (name: string): string | undefined =>
    typeof claims?.[name] === "string" && claims[name] !== "" ? claims[name] : undefined;
  const sub = text("sub");
  if (response.status !== 200 || sub === undefined) {
    throw new OidcError("OIDC_BAD_RESPONSE", `the userinfo answer (status ${response.status}) has no subject`, {
      response,
    });
  }
  const [username, email] = [text("preferred_username"), text("email")];
  return {
    sub,
    name: text("name") ?? username ?? email ?? sub,
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email }),
    // The first name is on its way out in favour of the second; Check-in sends either or both.
    groups: parseEntitlements([claims?.["eduperson_entitlement"], claims?.["entitlements"]].flat()),
  };
}
