import { s3Account, Secret, type S3Credentials, type StoreAccount } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import { deviceTokens, type Tokens } from "../harness/device-tokens.ts";
import { peerAddresses, peerCloud } from "./clouds.ts";
import { type Place, traveller } from "./traveller.ts";

/** MinIO, with credentials that its STS lends people of the client "fedbucket". No Keystone takes part. */
export async function minioPlace(): Promise<Place & AsyncDisposable> {
  const cloud = await peerCloud("minio");
  const on = traveller(cloud);
  const keys = await lend(await deviceTokens(cloud.settings, cloud.person));
  const { endpoint, region } = minioAddresses();
  const accountAt = (url: string): StoreAccount =>
    s3Account({
      http: on.http,
      endpoint: { url, region },
      credentials: () => Promise.resolve(keys),
      crypto: nodeCrypto(),
    });
  return {
    account: (via, origin = endpoint) =>
      via === "s3" ? Promise.resolve(accountAt(origin)) : Promise.reject(new Error("MinIO has no Swift")),
    origin: () => Promise.resolve(endpoint),
    counted: (work) => on.counted(work),
    [Symbol.asyncDispose]: () => on[Symbol.asyncDispose](),
  };
}

function minioAddresses(): NonNullable<ReturnType<typeof peerAddresses>["minio"]> {
  const { minio } = peerAddresses();
  if (minio === undefined) throw new Error("minio is not up: npm run peers -- up minio");
  return minio;
}

/**
 * The ID token is the one that MinIO verifies, since Check-in's access tokens name no audience; the access token is for
 * asking userinfo. @see minio/cmd/sts-handlers.go, AssumeRoleWithSSO; internal/config/identity/openid/jwt.go
 */
async function lend({ access_token, id_token }: Tokens): Promise<S3Credentials> {
  const { endpoint, roleArn } = minioAddresses();
  const form = { Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: roleArn };
  const body = new URLSearchParams({ ...form, WebIdentityToken: id_token, WebIdentityAccessToken: access_token });
  const answer = await fetch(endpoint, { method: "POST", body });
  const text = await answer.text();
  const valueOf = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
    if (value === undefined) throw new Error(`MinIO lends no ${name}: ${answer.status} ${text}`);
    return value;
  };
  return {
    accessKeyId: valueOf("AccessKeyId"),
    secretAccessKey: new Secret(valueOf("SecretAccessKey")),
    sessionToken: new Secret(valueOf("SessionToken")),
  };
}
