import { readText, textBody } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { Secret } from "../secret.ts";
import { childOf, childText, parseXml } from "../xml.ts";
import { readStsError, StsError } from "./errors.ts";

/** What signs S3 requests for a while. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
  /** By the server's clock. */
  readonly expiresAt: Date;
}

/** What proves who is asking. */
export interface WebIdentity {
  /** A JWT whose `aud` is the client that the store knows: an ID token. */
  readonly identityToken: Secret;
  /** With which MinIO asks userinfo: EGI Check-in releases entitlements nowhere else. */
  readonly accessToken: Secret;
}

/**
 * Asks for credentials. MinIO goes by the claims of the identity unless a role is named; AWS and Ceph RGW demand a role.
 *
 * @param endpoint Origin of the store, without a slash at its end.
 * @see AWS STS API reference, "AssumeRoleWithWebIdentity"; minio/cmd/sts-handlers.go, `AssumeRoleWithSSO`
 */
export function assumeRoleRequest(endpoint: string, identity: WebIdentity, roleArn?: string): HttpRequest {
  const fixed = { Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleSessionName: "fedbucket" };
  const named = new URLSearchParams({ ...fixed, ...(roleArn === undefined ? {} : { RoleArn: roleArn }) });
  const { identityToken, accessToken } = identity;
  const withIdentity = identityToken.map((text) => `${named.toString()}&WebIdentityToken=${encodeURIComponent(text)}`);
  const access = accessToken.map((text) => `&WebIdentityAccessToken=${encodeURIComponent(text)}`);
  return {
    method: "POST",
    url: `${endpoint}/`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: textBody(joined(withIdentity, access)),
    carriesToken: true,
    idempotent: true,
  };
}

/** Neither leaves its class on the way. */
function joined(first: Secret, second: Secret): Secret {
  let whole = first;
  second.map((text) => {
    whole = first.map((before) => before + text);
    return "";
  });
  return whole;
}

/** Reads the answer to {@link assumeRoleRequest}. @throws StsError */
export async function readAssumedRole(response: HttpResponse): Promise<TemporaryCredentials> {
  if (response.status !== 200) throw await readStsError(response);
  const document = parseXml(await readText(response));
  const credentials = childOf(childOf(document, "AssumeRoleWithWebIdentityResult"), "Credentials");
  const [accessKeyId, secret, session] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    childText(credentials, name),
  );
  const expiresAt = new Date(childText(credentials, "Expiration") ?? "");
  if (accessKeyId === undefined || secret === undefined || session === undefined || Number.isNaN(expiresAt.getTime())) {
    throw new StsError("HTTP 200", response.status, "the answer has no credentials");
  }
  return { accessKeyId, secretAccessKey: new Secret(secret), sessionToken: new Secret(session), expiresAt };
}
