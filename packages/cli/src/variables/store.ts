import { chainFailure, type Profile, type S3Credentials, type StoreEndpoint } from "@fedbucket/client";

/** Where a connection's store is, for tools. Holds no secret. */
export interface Place {
  readonly profile: string;
  readonly s3Url: string;
  readonly region: string;
}

/** @throws Failure `ENDPOINT_WITHOUT_S3` */
export function placeOf({ name }: Profile, { s3Url, region }: StoreEndpoint): Place {
  if (s3Url !== undefined) return { profile: name, s3Url, region };
  throw chainFailure("ENDPOINT_WITHOUT_S3", "the store has no S3 address, which these tools need", {
    cure: [`Swift works: fedbucket ls --via swift --profile ${name}`],
  });
}

/**
 * Where the store is, in the words of boto3 and the AWS CLI, s5cmd, GDAL and obstore. None of them is a secret, and none
 * of them chooses credentials.
 */
export function storeVariables({ s3Url, region }: Place): Record<string, string> {
  const { host, protocol } = new URL(s3Url);
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: s3Url,
    AWS_ENDPOINT_URL_S3: s3Url,
    // Clients since 2025 send checksums that Ceph and Swift refuse, unless told otherwise.
    AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
    AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
    AWS_EC2_METADATA_DISABLED: "true",
    S3_ENDPOINT_URL: s3Url,
    AWS_S3_ENDPOINT: host,
    AWS_HTTPS: protocol === "https:" ? "YES" : "NO",
    AWS_VIRTUAL_HOSTING: "FALSE",
    // obstore refuses plain http, which only a sandbox on this machine speaks, unless told that it is meant.
    ...(protocol === "http:" ? { AWS_ALLOW_HTTP: "true" } : {}),
  };
}

/** Every variable that {@link keyVariables} may set and a shell can unset. */
export const keyNames: readonly string[] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** The keys themselves, for tools that cannot borrow. mc reads an address of its own for each name. */
export function keyVariables({ profile, s3Url }: Place, credentials: S3Credentials): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const secret = secretAccessKey.reveal();
  const session = sessionToken?.reveal();
  const forMc = s3Url.replace(
    "://",
    `://${[accessKeyId, secret, ...(session === undefined ? [] : [session])].join(":")}@`,
  );
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    ...(session === undefined ? {} : { AWS_SESSION_TOKEN: session }),
    // Shells take no other characters in a variable's name.
    ...(/^\w+$/.test(profile) ? { [`MC_HOST_${profile}`]: forMc } : {}),
  };
}
