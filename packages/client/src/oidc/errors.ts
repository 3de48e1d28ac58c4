import type { HttpResponse } from "../http.ts";

export type OidcErrorCode =
  /** The issuer does not take this access token: expired, revoked, or not one of its own. */
  | "OIDC_TOKEN_REFUSED"
  /** `invalid_grant`: the refresh token was revoked, expired, used before, or belongs to another client. */
  | "OIDC_GRANT_REFUSED"
  /** `invalid_client`, `unauthorized_client`: the client id is unknown or may not use this grant. */
  | "OIDC_CLIENT_REFUSED"
  /** `invalid_scope`: ask again for fewer scopes. */
  | "OIDC_SCOPE_REFUSED"
  /** The discovery document is somebody else's (`issuer` differs). */
  | "OIDC_WRONG_ISSUER"
  /** The answer is not what the specification says: usually a proxy or a wrong address. */
  | "OIDC_BAD_RESPONSE"
  /** Any other error answer. */
  | "OIDC_FAILED";

/** An OpenID provider refused a request. `oauthError` is the `error` field of its answer (RFC 6749, 5.2). */
export class OidcError extends Error {
  readonly code: OidcErrorCode;
  readonly status?: number;
  readonly oauthError?: string;

  constructor(code: OidcErrorCode, message: string, evidence: { response?: HttpResponse; oauthError?: string } = {}) {
    super(message);
    this.name = "OidcError";
    this.code = code;
    if (evidence.response !== undefined) this.status = evidence.response.status;
    if (evidence.oauthError !== undefined) this.oauthError = evidence.oauthError;
  }
}

const grantErrors: Readonly<Record<string, OidcErrorCode>> = {
  invalid_grant: "OIDC_GRANT_REFUSED",
  invalid_client: "OIDC_CLIENT_REFUSED",
  unauthorized_client: "OIDC_CLIENT_REFUSED",
  invalid_scope: "OIDC_SCOPE_REFUSED",
  invalid_token: "OIDC_TOKEN_REFUSED",
};

/** The error of a token or revocation endpoint. The description is the server's and names no token. */
export function grantError(response: HttpResponse, body: unknown): OidcError {
  const { error, error_description: description } = (body ?? {}) as Record<string, unknown>;
  if (typeof error !== "string") {
    return new OidcError("OIDC_FAILED", `the issuer answered with status ${response.status}`, { response });
  }
  const words = typeof description === "string" ? `${error}: ${description}` : error;
  return new OidcError(grantErrors[error] ?? "OIDC_FAILED", words, { response, oauthError: error });
}
