import { clientId as fedbucketClientId, consoleClientId } from "../checkin/clients.ts";
import { StsError } from "./errors.ts";
import { type Grantee, knownPolicies, roleArnOf, rolePolicy } from "./policies.ts";

/** What the store asks of Check-in. */
export interface Issuer {
  /** The claims of a JWT signed here; throws for any other, and for one that has expired. */
  verify(token: string): Promise<Readonly<Record<string, unknown>>>;
  /** What userinfo says; undefined for an access token that is not good. */
  userinfo(accessToken: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** The one role there is: for tokens of fedbucket's own client. */
export const roleArn: string = roleArnOf(fedbucketClientId);

/**
 * Whose token it is and which policies it brings. Without the role of another client, only tokens of the console's client
 * are taken, and policies go by entitlements.
 *
 * @see minio/cmd/sts-handlers.go, `AssumeRoleWithSSO`; minio/internal/config/identity/openid/jwt.go, `Validate`
 */
export async function granteeOf(issuer: Issuer, form: URLSearchParams): Promise<Grantee & { tokenEnds: Date }> {
  const isByRole = form.get("RoleArn") === roleArn;
  const jwt = await issuer.verify(form.get("WebIdentityToken") ?? "").catch((error: unknown) => {
    throw invalid(wordsFor(error));
  });
  const accessToken = form.get("WebIdentityAccessToken");
  if (accessToken === null) throw invalid("access_token is mandatory if user_info claim is enabled");
  const person = await issuer.userinfo(accessToken);
  if (person === undefined) throw invalid("401 Unauthorized");
  const claims = { ...person, ...jwt };
  checkClient(claims, isByRole ? fedbucketClientId : consoleClientId);
  const [username = ""] = textsOf(claims["preferred_username"]);
  const tokenEnds = new Date(Number(claims["exp"]) * 1000);
  if (isByRole) return { username, policies: [rolePolicy], tokenEnds };
  const names = textsOf(claims["eduperson_entitlement"]);
  const policies = knownPolicies(names);
  if (claims["eduperson_entitlement"] === undefined)
    throw invalid("eduperson_entitlement claim missing from the JWT token, credentials will not be generated");
  if (policies.length === 0)
    throw invalid(`None of the given policies (\`${names.join(",")}\`) are defined, credentials will not be generated`);
  return { username, policies, tokenEnds };
}

/** In the words of MinIO's JWT library, by which clients tell a bad token from a bad request. */
function wordsFor(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_JWT_EXPIRED") return "Token is expired";
  return code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
    ? "crypto/rsa: verification error"
    : "token contains an invalid number of segments";
}

/** A token without `aud` is refused before its `azp` is looked at, as Check-in's access tokens are. */
function checkClient(claims: Readonly<Record<string, unknown>>, clientId: string): void {
  for (const name of ["aud", "azp"]) {
    const values = textsOf(claims[name]);
    if (values.includes(clientId)) return;
    if (values.length === 0 || name === "azp")
      throw invalid(`STS JWT Token has \`${name}\` claim invalid, \`${name}\` must match configured OpenID Client ID`);
  }
}

const invalid = (message: string): StsError => new StsError("InvalidParameterValue", 400, message);

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text) => typeof text === "string");
