import { base64, type Crypto } from "../crypto.ts";

/**
 * What a MinIO calls the role that it has for tokens of a client, if it has one: the name follows from the client's alone.
 *
 * @param region Of a server that was given one, else empty.
 * @see minio/internal/config/identity/openid/openid.go, `LookupConfig`; minio/internal/arn/arn.go, `NewIAMRoleARN`
 */
export function roleArnOf(clientId: string, region: string, crypto: Crypto): string {
  const id = base64(crypto.sha1(clientId)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `arn:minio:iam:${region}::role/${id}`;
}
