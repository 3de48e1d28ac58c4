/** The second store judged by Amazon's own SDK, both its STS and its S3, with tokens that Check-in gave. */
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import { type Sandbox, startSandbox } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { traveller } from "../../journey/traveller.ts";

interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
}

type Credentials = Awaited<ReturnType<ReturnType<typeof fromWebToken>>>;

let sandbox: Sandbox;
let alice: Credentials;
beforeAll(async () => {
  sandbox = await startSandbox();
  alice = await lent(await tokens("alice"));
  await s3(alice).send(new CreateBucketCommand({ Bucket: "alice-data" }));
});
afterAll(() => sandbox.close());

/** What signing in gives. */
async function tokens(username: string, clientId: string = sandbox.clientId): Promise<Tokens> {
  const { issuer, passphrase, minio } = sandbox;
  const settings = { sts: minio.url, issuer, clientId };
  await using person = traveller({ settings, person: { username, passphrase } });
  await person.session.signIn();
  const { login } = await person.session.state();
  return { idToken: login?.idToken?.reveal() ?? "", accessToken: login?.accessToken.reveal() ?? "" };
}

interface Wanted {
  readonly roleArn?: string;
  readonly policy?: string;
  readonly durationSeconds?: number;
}

/** The SDK knows no field for the access token that MinIO asks userinfo with, so it is put into the form on the way. */
function lent({ idToken, accessToken }: Tokens, wanted: Wanted = {}): Promise<Credentials> {
  const { requestHandler: sdks } = s3({ accessKeyId: "", secretAccessKey: "" }).config;
  const requestHandler: typeof sdks = {
    ...sdks,
    handle(request, options) {
      const body = `${String(request.body)}&WebIdentityAccessToken=${accessToken}`;
      const headers = { ...request.headers, "content-length": String(body.length) };
      return sdks.handle(Object.assign(request, { body, headers }), options);
    },
  };
  return fromWebToken({
    webIdentityToken: idToken,
    roleArn: sandbox.minio.roleArn,
    roleSessionName: "judge",
    clientConfig: { endpoint: sandbox.minio.url, region: "us-east-1", maxAttempts: 1, requestHandler },
    ...wanted,
  })();
}

const s3 = (credentials: Pick<Credentials, "accessKeyId" | "secretAccessKey" | "sessionToken">): S3Client =>
  new S3Client({
    endpoint: sandbox.minio.url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });

const put = (client: S3Client, Bucket: string, Key: string): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: `I am ${Key}` }));

const get = async (client: S3Client, Bucket: string, Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const refusal = (name: string): unknown => expect.objectContaining({ name });

test("credentials come with a session token and an end; they put, get, copy, list and delete", async () => {
  expect(alice.sessionToken).toMatch(/./);
  expect(alice.expiration?.getTime()).toBeGreaterThan(Date.now());
  const client = s3(alice);
  await put(client, "alice-data", "one");
  await client.send(new CopyObjectCommand({ Bucket: "alice-data", Key: "two", CopySource: "alice-data/one" }));
  expect(await get(client, "alice-data", "two")).toBe("I am one");
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "alice-data" }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(["one", "two"]);
  const Delete = { Objects: [{ Key: "one" }, { Key: "two" }] };
  expect((await client.send(new DeleteObjectsCommand({ Bucket: "alice-data", Delete }))).Deleted).toHaveLength(2);
});

test.each(["data", "bruno-data", "alicedata", "escience-data"])(
  "a bucket %s is not alice's to make",
  async (Bucket) => {
    await expect(s3(alice).send(new CreateBucketCommand({ Bucket }))).rejects.toEqual(refusal("AccessDenied"));
  },
);

test("another person lists no bucket, and gets at nothing in alice's", async () => {
  await put(s3(alice), "alice-data", "private");
  const bruno = s3(await lent(await tokens("bruno")));
  await expect(bruno.send(new ListBucketsCommand())).rejects.toEqual(refusal("AccessDenied"));
  await expect(get(bruno, "alice-data", "private")).rejects.toEqual(refusal("AccessDenied"));
  await expect(put(bruno, "alice-data", "mine now")).rejects.toEqual(refusal("AccessDenied"));
  await bruno.send(new CreateBucketCommand({ Bucket: "bruno-data" }));
  const CopySource = "alice-data/private";
  const copy = bruno.send(new CopyObjectCommand({ Bucket: "bruno-data", Key: "stolen", CopySource }));
  await expect(copy).rejects.toEqual(refusal("AccessDenied"));
  expect((await bruno.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)).toEqual(["bruno-data"]);
});

test("keys without their session token, or with another, are refused", async () => {
  const { accessKeyId, secretAccessKey } = alice;
  const other = await lent(await tokens("alice"));
  const invalid = refusal("InvalidTokenId");
  await expect(s3({ accessKeyId, secretAccessKey }).send(new ListBucketsCommand())).rejects.toEqual(invalid);
  const mixed = s3({ accessKeyId, secretAccessKey, sessionToken: other.sessionToken ?? "" });
  await expect(mixed.send(new ListBucketsCommand())).rejects.toEqual(invalid);
});

test("a session policy narrows: reading a part is all it leaves", async () => {
  const client = s3(alice);
  for (const key of ["shared/map", "own/notes"]) await put(client, "alice-data", key);
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::*-data/shared/*" }],
  });
  const narrow = s3(await lent(await tokens("alice"), { policy }));
  expect(await get(narrow, "alice-data", "shared/map")).toBe("I am shared/map");
  await expect(get(narrow, "alice-data", "own/notes")).rejects.toEqual(refusal("AccessDenied"));
  await expect(put(narrow, "alice-data", "shared/map")).rejects.toEqual(refusal("AccessDenied"));
  const Delete = { Objects: [{ Key: "shared/map" }] };
  const deleted = await narrow.send(new DeleteObjectsCommand({ Bucket: "alice-data", Delete }));
  expect(deleted.Errors).toMatchObject([{ Key: "shared/map", Code: "AccessDenied" }]);
  expect(await client.send(new HeadObjectCommand({ Bucket: "alice-data", Key: "shared/map" }))).toBeDefined();
});

test("a session policy widens nothing", async () => {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::*" }],
  });
  const wide = s3(await lent(await tokens("bruno"), { policy }));
  await expect(get(wide, "alice-data", "private")).rejects.toEqual(refusal("AccessDenied"));
});

test("without a role, only tokens of the console's own client are taken", async () => {
  const mine = await tokens("alice");
  const noRole = { roleArn: "arn:minio:iam:::role/dummy" };
  await expect(lent(mine, noRole)).rejects.toThrow("`azp` must match configured OpenID Client ID");
  const accessTokenAlone = { ...mine, idToken: mine.accessToken };
  await expect(lent(accessTokenAlone)).rejects.toThrow("`aud` must match configured OpenID Client ID");
});

test("the console's own client: policies go by groups", async () => {
  const noRole = { roleArn: "arn:minio:iam:::role/dummy" };
  const carla = s3(await lent(await tokens("carla", "minio"), noRole));
  for (const Bucket of ["escience-maps", "carla-data"]) await carla.send(new CreateBucketCommand({ Bucket }));
  const bruno = s3(await lent(await tokens("bruno", "minio"), noRole));
  await put(bruno, "escience-maps", "from bruno");
  await expect(bruno.send(new CreateBucketCommand({ Bucket: "bruno-maps" }))).rejects.toEqual(refusal("AccessDenied"));
  const none = lent(await tokens("dmitri", "minio"), noRole);
  await expect(none).rejects.toThrow("None of the given policies (`urn:mace:egi.eu:group:vo.notebooks.egi.eu");
  await expect(lent(await tokens("elena", "minio"), noRole)).rejects.toThrow("None of the given policies (``)");
});

test("a time may be asked for, within limits; a token that is none is refused", async () => {
  const mine = await tokens("alice");
  const { expiration } = await lent(mine, { durationSeconds: 900 });
  expect(expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 900_000);
  await expect(lent(mine, { durationSeconds: 60 })).rejects.toEqual(refusal("InvalidParameterValue"));
  await expect(lent({ ...mine, idToken: "eyJh.eyJ9.c2ln" })).rejects.toEqual(refusal("InvalidParameterValue"));
  await expect(lent({ ...mine, accessToken: "none" })).rejects.toThrow("401");
});

test("a key of the console needs no session token and works until it is deleted", async () => {
  const key = sandbox.minio.consoleKey("alice");
  expect(await get(s3(key), "alice-data", "private")).toBe("I am private");
  expect(sandbox.minio.deleteKey(key.accessKeyId)).toBe(true);
  await expect(get(s3(key), "alice-data", "private")).rejects.toEqual(refusal("InvalidAccessKeyId"));
});
