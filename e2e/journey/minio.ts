import { createHash, randomBytes } from "node:crypto";
import { s3Account, Secret, type S3Credentials, type StoreAccount } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import { signIn } from "../demo/browser.ts";
import { type Cloud, peerAddresses, peerCloud } from "./clouds.ts";
import { type Place, traveller } from "./traveller.ts";

/** MinIO, with credentials that its STS lends people of the client "fedbucket". No Keystone takes part. */
export async function minioPlace(): Promise<Place & AsyncDisposable> {
  const cloud = await peerCloud("minio");
  const on = traveller(cloud);
  const keys = await lend(await deviceTokens(cloud));
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

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

/** Signs in by device code. @see RFC 8628, with PKCE as Check-in wants it */
async function deviceTokens({ settings, person }: Cloud): Promise<Tokens> {
  const clientId = settings.clientId ?? "";
  const ask = async (url: string, form?: Record<string, string>): Promise<Record<string, string>> => {
    const answer = await fetch(url, form && { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const verifier = randomBytes(32).toString("base64url");
  const { device_authorization_endpoint = "", token_endpoint = "" } = await ask(
    `${settings.issuer}/.well-known/openid-configuration`,
  );
  const begun = await ask(device_authorization_endpoint, {
    client_id: clientId,
    scope: "openid profile email eduperson_entitlement",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  await signIn(begun["verification_uri_complete"] ?? "", person);
  const tokens = await ask(token_endpoint, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: begun["device_code"] ?? "",
    client_id: clientId,
    code_verifier: verifier,
  });
  return { access_token: tokens["access_token"] ?? "", id_token: tokens["id_token"] ?? "" };
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
