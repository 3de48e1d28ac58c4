import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alice, mallory, NOW, signingKey, sha256, startStore, type Store } from "../store.ts";

const MINUTE = 60_000;
let store: Store;

beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/bucket/key", { body: "hello" });
});
afterAll(() => store[Symbol.asyncDispose]());

test("any signing region is accepted", async () => {
  const answer = await store.ask("GET", presigned("/bucket/key", { region: "RegionOne" }), { as: null });
  expect(answer).toMatchObject({ status: 200, text: "hello" });
});

test("wrong secret: SignatureDoesNotMatch, no bucket named", async () => {
  const answer = await store.ask("GET", "/bucket", { as: { ...alice, secretAccessKey: "wrong" } });
  expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  expect(answer.text).not.toContain("BucketName");
});

test("unknown access key: InvalidAccessKeyId", async () => {
  const answer = await store.ask("GET", "/bucket/key", { as: { ...alice, accessKeyId: "nonexistent" } });
  expect(answer).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
});

test("key of another project: AccessDenied on bucket and object, named", async () => {
  for (const target of ["/bucket", "/bucket/key"]) {
    const answer = await store.ask("GET", target, { as: mallory });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.text).toContain("<BucketName>bucket</BucketName>");
  }
});

test("anonymous: AccessDenied on a bucket, an empty list of buckets, NoSuchBucket where there is none", async () => {
  expect(await store.ask("GET", "/bucket/key", { as: null })).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await store.ask("PUT", "/new", { as: null })).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await store.ask("GET", "/none/key", { as: null })).toMatchObject({ status: 404, code: "NoSuchBucket" });
  const buckets = await store.ask("GET", "/", { as: null });
  expect(buckets).toMatchObject({ status: 200 });
  expect(buckets.text).toContain("<Owner><ID>anonymous</ID><DisplayName></DisplayName></Owner><Buckets></Buckets>");
});

test.each([-16, 16])("signed %d minutes off: RequestTimeTooSkewed", async (minutes) => {
  const at = new Date(NOW.getTime() + minutes * MINUTE);
  expect(await store.ask("GET", "/", { at })).toMatchObject({ status: 403, code: "RequestTimeTooSkewed" });
});

test.each([-14, 14])("signed %d minutes off: accepted", async (minutes) => {
  expect(await store.ask("GET", "/", { at: new Date(NOW.getTime() + minutes * MINUTE) })).toMatchObject({
    status: 200,
  });
});

test("path, query and headers are part of the signature", async () => {
  const tampers = [
    { path: "/bucket/other" },
    { rawQuery: "acl", query: new URLSearchParams("acl") },
    { method: "DELETE" },
  ];
  for (const change of tampers) {
    const answer = await store.ask("GET", "/bucket/key", { tamper: (request) => ({ ...request, ...change }) });
    expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  }
});

test("the Host header has to be signed", async () => {
  const answer = await store.ask("GET", "/", {
    tamper: (request) => ({
      ...request,
      headers: { ...request.headers, authorization: request.headers["authorization"]?.replace("=host;", "=") },
    }),
  });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("a malformed Authorization header: InvalidArgument", async () => {
  for (const authorization of ["Bearer eyJhbGciOi", "AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256 nonsense"]) {
    const answer = await store.ask("GET", "/", { as: null, headers: { authorization } });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
});

test("a pasted session token: InvalidArgument", async () => {
  const answer = await store.ask("GET", "/", { headers: { "x-amz-security-token": "eyJhbGciOiJSUzI1NiJ9" } });
  expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
});

interface Presign {
  readonly region?: string;
  readonly at?: Date;
  readonly seconds?: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Signs by query, for GET. */
function presigned(
  path: string,
  { region = "us-east-1", at = NOW, seconds = 300, parameters = {} }: Presign = {},
): string {
  const timestamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = Object.entries({
    ...parameters,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${alice.accessKeyId}/${scope}`,
    "X-Amz-Date": timestamp,
    "X-Amz-Expires": String(seconds),
    "X-Amz-SignedHeaders": "host",
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const canonical = `GET\n${path}\n${query}\nhost:127.0.0.1:9000\n\nhost\nUNSIGNED-PAYLOAD`;
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`;
  const signature = createHmac("sha256", signingKey(alice.secretAccessKey, scope)).update(text).digest("hex");
  return `${path}?${query}&X-Amz-Signature=${signature}`;
}

test("presigned GET chooses headers of its answer", async () => {
  const parameters = {
    "response-content-type": "text/csv",
    "response-content-disposition": 'attachment; filename="ü.csv"',
  };
  const answer = await store.ask("GET", presigned("/bucket/key", { parameters }), { as: null });
  expect(answer.headers["Content-Type"]).toBe("text/csv");
  expect(Buffer.from(answer.headers["Content-Disposition"] ?? "", "latin1").toString()).toContain("ü.csv");
});

test("a presigned URL ends, is not for longer than a week, and is not for another object", async () => {
  const denied = { status: 403, code: "AccessDenied" };
  const early = new Date(NOW.getTime() - 2 * MINUTE);
  expect(await store.ask("GET", presigned("/bucket/key", { at: early, seconds: 120 }), { as: null })).toMatchObject(
    denied,
  );
  expect(await store.ask("GET", presigned("/bucket/key", { at: early, seconds: 121 }), { as: null })).toMatchObject({
    status: 200,
  });
  for (const seconds of [0, 604_801, Number.NaN]) {
    expect(await store.ask("GET", presigned("/bucket/key", { seconds }), { as: null })).toMatchObject(denied);
  }
  const other = presigned("/bucket/key").replace("/bucket/key", "/bucket/other");
  expect(await store.ask("GET", other, { as: null })).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
});

// The form boto3 presigns in where no signature_version is set.
function presignedV2(path: string, expires: number, secret: string = alice.secretAccessKey): string {
  const signature = createHmac("sha1", secret).update(`GET\n\n\n${expires}\n${path}`).digest("base64");
  return `${path}?AWSAccessKeyId=${alice.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
}

test("presigned with Signature Version 2", async () => {
  const expires = NOW.getTime() / 1000 + 10;
  const get = (url: string) => store.ask("GET", url, { as: null });
  expect(await get(presignedV2("/bucket/key", expires))).toMatchObject({ status: 200, text: "hello" });
  expect(await get(presignedV2("/bucket/key", expires - 11))).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await get(presignedV2("/bucket/key", expires, "x"))).toMatchObject({ code: "SignatureDoesNotMatch" });
});
