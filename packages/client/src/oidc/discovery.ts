import { readJson } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { OidcError } from "./errors.ts";

/** What is used of an issuer's metadata. */
export interface Issuer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string;
  /** Absent where the issuer has no device grant. */
  readonly deviceAuthorizationEndpoint?: string;
  readonly revocationEndpoint?: string;
}

/** @see OpenID Connect Discovery 1.0, section 4 */
export function discoveryRequest(issuer: string): HttpRequest {
  const base = issuer.replace(/\/+$/, "");
  return { method: "GET", url: `${base}/.well-known/openid-configuration`, headers: { accept: "application/json" } };
}

/**
 * Reads the answer to {@link discoveryRequest}.
 *
 * @throws OidcError `OIDC_BAD_RESPONSE`, or `OIDC_WRONG_ISSUER` when the document names another issuer (section 4.3).
 */
export async function readDiscovery(response: HttpResponse, issuer: string): Promise<Issuer> {
  const found = (await readJson(response)) as Record<string, unknown> | undefined;
  const text = (name: string): string | undefined => (typeof found?.[name] === "string" ? found[name] : undefined);
  const [name, tokenEndpoint, userinfoEndpoint] = [text("issuer"), text("token_endpoint"), text("userinfo_endpoint")];
  if (response.status !== 200 || name === undefined || tokenEndpoint === undefined || userinfoEndpoint === undefined) {
    throw new OidcError("OIDC_BAD_RESPONSE", `there is no OpenID provider at ${issuer}`, { response });
  }
  if (name.replace(/\/+$/, "") !== issuer.replace(/\/+$/, "")) {
    throw new OidcError("OIDC_WRONG_ISSUER", `${issuer} presents itself as ${name}`, { response });
  }
  const device = text("device_authorization_endpoint");
  const revocation = text("revocation_endpoint");
  return {
    issuer: name,
    tokenEndpoint,
    userinfoEndpoint,
    ...(device === undefined ? {} : { deviceAuthorizationEndpoint: device }),
    ...(revocation === undefined ? {} : { revocationEndpoint: revocation }),
  };
}
