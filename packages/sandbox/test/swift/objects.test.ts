import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Client } from "./clients.ts";

const etag = "6f5902ac237024bdd0c176cb93063dc4"; // of "hello world\n"

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  await swift("PUT", "/cap-cont");
  const headers = { "content-type": "text/plain", "x-object-meta-fruit": "pear" };
  await swift("PUT", "/cap-cont/dir/a.txt", { headers, body: "hello world\n" });
  return swift;
}

test("PutObject", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cap-cont");
  expect(await swift("PUT", "/cap-cont/dir/a.txt", { body: "hello world\n" })).toMatchObject({
    status: 201,
    text: "",
    headers: {
      etag,
      "last-modified": expect.stringMatching(/ GMT$/),
      "content-type": "text/plain; charset=utf-8",
      "content-length": "0",
    },
  });
});

test("HeadObject and GetObject", async () => {
  const swift = await startFilled();
  const headers = {
    "content-length": "12",
    "accept-ranges": "bytes",
    "last-modified": expect.stringMatching(/ GMT$/),
    "x-timestamp": expect.stringMatching(/^\d{10}\.\d{5}$/),
    etag,
    "x-object-meta-fruit": "pear",
    "content-type": "text/plain",
  };
  expect(await swift("HEAD", "/cap-cont/dir/a.txt")).toMatchObject({ status: 200, text: "", headers });
  expect(await swift("GET", "/cap-cont/dir/a.txt")).toMatchObject({ status: 200, text: "hello world\n", headers });
});

test.each([
  ["bytes=0-4", "hello", "bytes 0-4/12"],
  ["bytes=6-", "world\n", "bytes 6-11/12"],
  ["bytes=-3", "ld\n", "bytes 9-11/12"],
  ["bytes=-99", "hello world\n", "bytes 0-11/12"],
  ["bytes=6-99", "world\n", "bytes 6-11/12"],
])("GetObject, range %s", async (range, text, contentRange) => {
  const swift = await startFilled();
  const answer = await swift("GET", "/cap-cont/dir/a.txt", { headers: { range } });
  expect(answer).toMatchObject({ status: 206, text, headers: { "content-range": contentRange } });
  expect(answer.headers["content-length"]).toBe(String(text.length));
  expect((await swift("HEAD", "/cap-cont/dir/a.txt", { headers: { range } })).status).toBe(206);
});

test.each(["bytes=100-", "bytes=12-", "bytes=-0"])("GetObject, range %s is outside", async (range) => {
  const swift = await startFilled();
  const answer = await swift("GET", "/cap-cont/dir/a.txt", { headers: { range } });
  expect(answer).toMatchObject({ status: 416, text: "InvalidRange", headers: { "content-length": "12" } });
});

test.each(["bytes=5-2", "lines=1-2", "bytes=0-1,3-4", "bytes=-"])("GetObject, range %s is ignored", async (range) => {
  const swift = await startFilled();
  const answer = await swift("GET", "/cap-cont/dir/a.txt", { headers: { range } });
  expect(answer).toMatchObject({ status: 200, text: "hello world\n" });
});

const past = "Mon, 01 Jan 2001 00:00:00 GMT";
const future = "Fri, 01 Jan 2100 00:00:00 GMT";

test.each([
  [{ "if-none-match": etag }, 304],
  [{ "if-none-match": `"${etag}"` }, 304],
  [{ "if-none-match": "*" }, 304],
  [{ "if-none-match": "other" }, 200],
  [{ "if-match": `"other", "${etag}"` }, 200],
  [{ "if-match": "other" }, 412],
  [{ "if-modified-since": future }, 304],
  [{ "if-modified-since": past }, 200],
  [{ "if-modified-since": future, "if-none-match": "other" }, 200],
  [{ "if-modified-since": "nonsense" }, 200],
  [{ "if-unmodified-since": past }, 412],
  [{ "if-unmodified-since": future }, 200],
  [{ "if-unmodified-since": past, "if-match": etag }, 200],
])("GetObject and HeadObject, %j is answered %i", async (headers, status) => {
  const swift = await startFilled();
  for (const method of ["GET", "HEAD"]) {
    const answer = await swift(method, "/cap-cont/dir/a.txt", { headers });
    expect(answer.status).toBe(status);
  }
});

test("an answer of 304 has no body and names the object", async () => {
  const swift = await startFilled();
  const answer = await swift("GET", "/cap-cont/dir/a.txt", { headers: { "if-none-match": etag } });
  expect(answer).toMatchObject({ status: 304, text: "", headers: { etag } });
});

test("missing objects and containers", async () => {
  const swift = await startFilled();
  expect(await swift("GET", "/cap-cont/nope")).toMatchObject({ status: 404, text: "NoSuchKey" });
  expect(await swift("HEAD", "/cap-cont/nope")).toMatchObject({ status: 404, headers: { "content-length": "9" } });
  expect(await swift("POST", "/cap-cont/nope")).toMatchObject({ status: 404, text: "NoSuchKey" });
  expect(await swift("PUT", "/nope/x", { body: "x" })).toMatchObject({ status: 404, text: "NoSuchBucket" });
});

test("PutObject with another ETag than the body's stores nothing", async () => {
  const swift = await startFilled();
  const headers = { etag: "00000000000000000000000000000000" };
  expect(await swift("PUT", "/cap-cont/bad", { headers, body: "x" })).toMatchObject({
    status: 422,
    text: "UnprocessableEntity",
    headers: { etag: "9dd4e461268c8034f5c8564e155c67a6", "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT" },
  });
  expect((await swift("GET", "/cap-cont/bad")).status).toBe(404);
  expect((await swift("PUT", "/cap-cont/good", { headers: { etag: `"${etag}"` }, body: "hello world\n" })).status).toBe(
    201,
  );
});

test("PutObject ignores If-None-Match, as RGW does", async () => {
  const swift = await startFilled();
  const answer = await swift("PUT", "/cap-cont/dir/a.txt", { headers: { "if-none-match": "*" }, body: "x" });
  expect(answer.status).toBe(201);
  expect((await swift("GET", "/cap-cont/dir/a.txt")).text).toBe("x");
});

test("PutObject without a length, chunked or not", async () => {
  const swift = await startFilled();
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("chunked");
  }
  expect(await swift("PUT", "/cap-cont/a", { body: body() })).toMatchObject({
    status: 411,
    text: "MissingContentLength",
  });
  const headers = { "transfer-encoding": "chunked" };
  expect((await swift("PUT", "/cap-cont/a", { headers, body: body() })).status).toBe(201);
  expect((await swift("GET", "/cap-cont/a")).text).toBe("chunked");
  const tooLong = { "content-length": String(5 * 1024 ** 3 + 1) };
  expect(await swift("PUT", "/cap-cont/a", { headers: tooLong })).toMatchObject({
    status: 400,
    text: "EntityTooLarge",
  });
});

test("a content type is guessed from the name, else left open", async () => {
  const swift = await startFilled();
  for (const name of ["a.json", "b.unknown", "c"]) await swift("PUT", `/cap-cont/${name}`, { body: "x" });
  const typeOf = async (name: string): Promise<unknown> =>
    (await swift("HEAD", `/cap-cont/${name}`)).headers["content-type"];
  expect(await typeOf("a.json")).toBe("application/json");
  expect(await typeOf("b.unknown")).toBe("binary/octet-stream");
  expect(await typeOf("c")).toBe("binary/octet-stream");
});

test("PostObject replaces metadata and keeps bytes, type and encoding", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cap-cont");
  const headers = { "content-type": "a/b", "content-encoding": "gzip", "x-object-meta-fruit": "pear" };
  await swift("PUT", "/cap-cont/a", { headers, body: "hello world\n" });
  const posted = await swift("POST", "/cap-cont/a", { headers: { "x-object-meta-new": "1" } });
  expect(posted).toMatchObject({ status: 202, text: "", headers: { "content-length": "0" } });
  const after = (await swift("HEAD", "/cap-cont/a")).headers;
  expect(after).toMatchObject({ etag, "x-object-meta-new": "1", "content-type": "a/b", "content-encoding": "gzip" });
  expect(after).not.toHaveProperty("x-object-meta-fruit");
});

test("DeleteObject, then again", async () => {
  const swift = await startFilled();
  expect(await swift("DELETE", "/cap-cont/dir/a.txt")).toMatchObject({ status: 204, text: "" });
  expect(await swift("DELETE", "/cap-cont/dir/a.txt")).toMatchObject({ status: 404, text: "NoSuchKey" });
});

test.each([
  ["a b+c?#%", "a%20b+c%3F%23%25"],
  ["/leading", "/leading"],
  ["a//b/", "a//b/"],
  ["../up", "../up"],
  ["line\nbreak\u0001", "line%0Abreak%01"],
  ["é".repeat(512), "%C3%A9".repeat(512)],
])("the object name %j", async (name, encoded) => {
  const swift = await startFilled();
  expect((await swift("PUT", `/cap-cont/${encoded}`, { body: "x" })).status).toBe(201);
  expect((await swift("GET", `/cap-cont/${encoded}`)).text).toBe("x");
  const entries = (await swift("GET", "/cap-cont?format=json")).json() as { name: string }[];
  expect(entries.map((entry) => entry.name)).toContain(name);
});

test("an object name of more than 1024 bytes", async () => {
  const swift = await startFilled();
  const answer = await swift("PUT", `/cap-cont/${"x".repeat(1025)}`, { body: "x" });
  expect(answer).toMatchObject({ status: 400, text: "InvalidObjectName" });
});

test("what another protocol stored is listed and read", async () => {
  const swift = await startFilled();
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("from S3");
  }
  const metadata = { "my-key": "V1" };
  await swift.storage.put({ bucket: "cap-cont", key: "s3", body: body(), system: {}, metadata });
  expect((await swift("GET", "/cap-cont")).text).toBe("dir/a.txt\ns3\n");
  expect(await swift("GET", "/cap-cont/s3")).toMatchObject({
    text: "from S3",
    headers: { "x-object-meta-my-key": "V1" },
  });
});
