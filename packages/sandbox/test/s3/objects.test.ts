import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startStore, type Store } from "./store.ts";

const ETAG = "6f5902ac237024bdd0c176cb93063dc4";
let store: Store;
beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/bucket/dir/a.txt", {
    body: "hello world\n",
    headers: { "content-type": "text/plain", "x-amz-meta-fruit": "pear", "cache-control": "no-cache" },
  });
});
afterAll(() => store[Symbol.asyncDispose]());

test("GetObject_headers_and_body", async () => {
  const { status, headers, text } = await store.ask("GET", "/bucket/dir/a.txt");
  expect({ status, text }).toEqual({ status: 200, text: "hello world\n" });
  expect(headers).toMatchObject({
    "Content-Length": "12",
    "Accept-Ranges": "bytes",
    "x-rgw-object-type": "Normal",
    ETag: `"${ETAG}"`,
    "x-amz-meta-fruit": "pear",
    "Cache-Control": "no-cache",
    "Content-Type": "text/plain",
  });
});

test("HeadObject_as_GetObject_without_body", async () => {
  const get = await store.ask("GET", "/bucket/dir/a.txt");
  const head = await store.ask("HEAD", "/bucket/dir/a.txt");
  const { "x-amz-request-id": _, ...headers } = head.headers;
  expect(get.headers).toMatchObject(headers);
  expect(head.text).toBe("");
});

test("GetObject_default_content_type", async () => {
  await store.ask("PUT", "/bucket/plain", { body: "x" });
  expect((await store.ask("GET", "/bucket/plain")).headers["Content-Type"]).toBe("binary/octet-stream");
});

test("GetObject_non_existing_key", async () => {
  const answer = await store.ask("GET", "/bucket/nope");
  expect(answer).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(answer.text).toMatch(/<Message>.+<\/Message><BucketName>bucket<\/BucketName>/);
});

test("GetObject_non_existing_bucket", async () => {
  expect(await store.ask("GET", "/no-such-bucket/key")).toMatchObject({ status: 404, code: "NoSuchBucket" });
});

test("GetObject_version", async () => {
  expect(await store.ask("GET", "/bucket/dir/a.txt?versionId=null")).toMatchObject({ status: 200 });
  expect(await store.ask("GET", "/bucket/dir/a.txt?versionId=1")).toMatchObject({ status: 404, code: "NoSuchVersion" });
});

describe("GetObject_range", () => {
  test.each([
    ["bytes=0-4", 206, "hello", "bytes 0-4/12"],
    ["bytes=6-", 206, "world\n", "bytes 6-11/12"],
    ["bytes=-2", 206, "d\n", "bytes 10-11/12"],
    ["bytes=-100", 206, "hello world\n", "bytes 0-11/12"],
    ["bytes=6-100", 206, "world\n", "bytes 6-11/12"],
    ["bytes=4-2", 200, "hello world\n", undefined],
    ["bytes=0-1,3-4", 200, "hello world\n", undefined],
    ["lines=1-2", 200, "hello world\n", undefined],
  ])("%s", async (range, status, text, contentRange) => {
    const answer = await store.ask("GET", "/bucket/dir/a.txt", { headers: { range } });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers["Content-Range"]).toBe(contentRange);
    expect(answer.headers["Content-Length"]).toBe(String(text.length));
  });

  test.each(["bytes=100-", "bytes=12-12", "bytes=-0"])("%s: InvalidRange", async (range) => {
    const answer = await store.ask("GET", "/bucket/dir/a.txt", { headers: { range } });
    expect(answer).toMatchObject({ status: 416, code: "InvalidRange" });
  });
});

const LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT";
const FAR_AHEAD = "Fri, 01 Jan 2100 00:00:00 GMT";

describe("GetObject_conditions", () => {
  test.each<[Record<string, string>, number]>([
    [{ "if-none-match": `"${ETAG}"` }, 304],
    [{ "if-none-match": '"other"' }, 200],
    [{ "if-none-match": "*" }, 304],
    [{ "if-match": ETAG }, 200],
    [{ "if-match": `"x", "${ETAG}"` }, 200],
    [{ "if-match": '"other"' }, 412],
    [{ "if-modified-since": LONG_AGO }, 200],
    [{ "if-modified-since": FAR_AHEAD }, 304],
    [{ "if-unmodified-since": LONG_AGO }, 412],
    [{ "if-unmodified-since": FAR_AHEAD }, 200],
    [{ "if-match": ETAG, "if-unmodified-since": LONG_AGO }, 200],
    [{ "if-none-match": '"other"', "if-modified-since": FAR_AHEAD }, 200],
    [{ "if-modified-since": "not a date" }, 200],
  ])("%j: %d", async (headers, status) => {
    expect(await store.ask("GET", "/bucket/dir/a.txt", { headers })).toMatchObject({ status });
    expect(await store.ask("HEAD", "/bucket/dir/a.txt", { headers })).toMatchObject({ status });
  });

  test("Last-Modified given back counts as unmodified", async () => {
    const { headers } = await store.ask("HEAD", "/bucket/dir/a.txt");
    const since = { "if-modified-since": headers["Last-Modified"] ?? "" };
    expect(await store.ask("GET", "/bucket/dir/a.txt", { headers: since })).toMatchObject({ status: 304, text: "" });
  });
});

describe("PutObject_conditions", () => {
  const put = (key: string, headers: Record<string, string>) =>
    store.ask("PUT", `/bucket/${key}`, { body: "v2", headers });

  test("If-None-Match: * creates once", async () => {
    expect(await put("once", { "if-none-match": "*" })).toMatchObject({ status: 200 });
    expect(await put("once", { "if-none-match": "*" })).toMatchObject({ status: 412, code: "PreconditionFailed" });
  });

  test("If-Match replaces only what was seen", async () => {
    const { headers } = await put("seen", {});
    expect(await put("seen", { "if-match": '"other"' })).toMatchObject({ status: 412, code: "PreconditionFailed" });
    expect(await put("seen", { "if-match": headers["ETag"] ?? "" })).toMatchObject({ status: 200 });
    expect(await put("unseen", { "if-match": "*" })).toMatchObject({ status: 412 });
  });
});

/** Percent-encodes all that AWS's signatures do. */
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

test.each([
  "/lead",
  "a//b",
  "..",
  "x/../y",
  "\u0001ctl",
  "t\tab",
  "k".repeat(1024),
  "é".repeat(512),
  "hello? sausage/êé/世界/ \" ' @ < > & ? + ≠/z.txt",
  "100%",
  "a=b&c;d",
])("keys pass unchanged: %j", async (key) => {
  const path = `/bucket/${encode(key).replaceAll("%2F", "/")}`;
  expect(await store.ask("PUT", path, { body: key })).toMatchObject({ status: 200 });
  expect(await store.ask("GET", path)).toMatchObject({ text: key });
  const listed = await store.ask("GET", `/bucket?encoding-type=url&list-type=2&prefix=${encode(key)}`);
  expect(decodeURIComponent(/<Key>(.*?)<\/Key>/.exec(listed.text)?.[1] ?? "")).toBe(key);
  expect(await store.ask("DELETE", path)).toMatchObject({ status: 204 });
});

test("PutObject_key_too_long", async () => {
  const answer = await store.ask("PUT", `/bucket/${"k".repeat(1025)}`, { body: "" });
  expect(answer).toMatchObject({ status: 400, code: "InvalidObjectName" });
});

test("PutObject_key_not_utf8", async () => {
  expect(await store.ask("PUT", "/bucket/%FF", { body: "" })).toMatchObject({ status: 400, code: "InvalidObjectName" });
});

test("PutObject_without_length", async () => {
  const body = (async function* () {
    yield await Promise.resolve(Buffer.from("x"));
  })();
  expect(await store.ask("PUT", "/bucket/key", { body })).toMatchObject({ status: 411, code: "MissingContentLength" });
});

test("PutObject_larger_than_5_GiB", async () => {
  const answer = await store.ask("PUT", "/bucket/key", { headers: { "content-length": String(5 * 1024 ** 3 + 1) } });
  expect(answer).toMatchObject({ status: 400, code: "EntityTooLarge" });
});

test.each([
  ["x-amz-acl", "nobody", "InvalidArgument"],
  ["x-amz-grant-read", "id=x", "NotImplemented"],
  ["x-amz-server-side-encryption", "AES256", "NotImplemented"],
  ["x-amz-storage-class", "GLACIER", "InvalidStorageClass"],
])("PutObject refuses what it would not keep: %s: %s", async (name, value, code) => {
  expect(await store.ask("PUT", "/bucket/key", { body: "", headers: { [name]: value } })).toMatchObject({ code });
  expect(await store.ask("GET", "/bucket/key")).toMatchObject({ code: "NoSuchKey" });
});

test.each(["", "private", "bucket-owner-full-control"])("PutObject takes the ACL %j", async (acl) => {
  expect(await store.ask("PUT", "/bucket/acl", { body: "", headers: { "x-amz-acl": acl } })).toMatchObject({
    status: 200,
  });
});

test("DeleteObject_twice", async () => {
  await store.ask("PUT", "/bucket/gone", { body: "x" });
  expect(await store.ask("DELETE", "/bucket/gone")).toMatchObject({ status: 204 });
  expect(await store.ask("DELETE", "/bucket/gone")).toMatchObject({ status: 204 });
});

test("GetObjectAcl and GetObjectTagging", async () => {
  expect((await store.ask("GET", "/bucket/dir/a.txt?acl")).text).toContain("<Permission>FULL_CONTROL</Permission>");
  expect((await store.ask("GET", "/bucket/dir/a.txt?tagging")).text).toContain("<TagSet></TagSet>");
  expect(await store.ask("GET", "/bucket/nope?acl")).toMatchObject({ status: 404, code: "NoSuchKey" });
});

test("DeleteObjects_existing_missing_and_odd_names", async () => {
  await store.ask("PUT", "/bucket/007", { body: "x" });
  const body = "<Delete><Object><Key>007</Key></Object><Object><Key>a &amp; b&#x41;</Key></Object></Delete>";
  const { text } = await store.ask("POST", "/bucket?delete", { body });
  expect(text).toContain("<Deleted><Key>007</Key></Deleted><Deleted><Key>a &amp; bA</Key></Deleted>");
  expect(await store.ask("GET", "/bucket/007")).toMatchObject({ code: "NoSuchKey" });
});

test("DeleteObjects_quiet_says_nothing", async () => {
  const { text } = await store.ask("POST", "/bucket?delete", {
    body: "<Delete><Quiet>true</Quiet><Object><Key>x</Key></Object></Delete>",
  });
  expect(text).toMatch(/<DeleteResult [^>]*><\/DeleteResult>$/);
});

test("DeleteObjects_at_most_1000", async () => {
  const body = (count: number) => `<Delete>${"<Object><Key>x</Key></Object>".repeat(count)}</Delete>`;
  expect(await store.ask("POST", "/bucket?delete", { body: body(1000) })).toMatchObject({ status: 200 });
  for (const count of [0, 1001]) {
    expect(await store.ask("POST", "/bucket?delete", { body: body(count) })).toMatchObject({
      status: 400,
      code: "MalformedXML",
    });
  }
});
