import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256, startStore, type Ask, type Store } from "../store.ts";

let store: Store;
beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
});
afterAll(() => store[Symbol.asyncDispose]());

const put = (ask: Ask) => store.ask("PUT", "/bucket/key", ask);
const md5 = (text: string) => createHash("md5").update(text).digest("base64");

async function expectNothingStored(): Promise<void> {
  expect(await store.ask("GET", "/bucket/key")).toMatchObject({ status: 404, code: "NoSuchKey" });
}

test("PutObject_payload_hash_mismatch", async () => {
  expect(await put({ body: "x", payloadHash: sha256("y") })).toMatchObject({
    status: 400,
    code: "XAmzContentSHA256Mismatch",
  });
  await expectNothingStored();
});

test("PutObject_content_md5", async () => {
  const wrong = await put({ body: "x", headers: { "content-md5": md5("y") } });
  expect(wrong).toMatchObject({ status: 400, code: "BadDigest" });
  expect(await put({ body: "x", headers: { "content-md5": "x" } })).toMatchObject({
    status: 400,
    code: "InvalidDigest",
  });
  await expectNothingStored();
  expect(await store.ask("PUT", "/bucket/md5", { body: "x", headers: { "content-md5": md5("x") } })).toMatchObject({
    status: 200,
  });
});

// Of "123456789", the check value of every CRC catalogue.
const sums = {
  "x-amz-checksum-crc32": "y/Q5Jg==",
  "x-amz-checksum-crc32c": "4waSgw==",
  "x-amz-checksum-crc64nvme": "rosUhgp5mIg=",
  "x-amz-checksum-sha1": createHash("sha1").update("123456789").digest("base64"),
  "x-amz-checksum-sha256": createHash("sha256").update("123456789").digest("base64"),
};

describe.each(Object.entries(sums))("%s", (header, value) => {
  test("in a header", async () => {
    expect(await put({ body: "123456780", headers: { [header]: value } })).toMatchObject({
      status: 400,
      code: "BadDigest",
    });
    expect(await put({ body: "123456789", headers: { [header]: "AA==" } })).toMatchObject({
      status: 400,
      code: "InvalidRequest",
    });
    await expectNothingStored();
    const right = await store.ask("PUT", "/bucket/sum", { body: "123456789", headers: { [header]: value } });
    expect(right).toMatchObject({ status: 200 });
  });

  test("in a trailer", async () => {
    expect(await put(chunked(["12345", "6780"], [[header, value]]))).toMatchObject({ status: 400, code: "BadDigest" });
    expect(await put(chunked(["12345", "6789"], [], header))).toMatchObject({
      status: 400,
      code: "MalformedTrailerError",
    });
    await expectNothingStored();
    expect(await store.ask("PUT", "/bucket/sum", chunked(["12345", "6789"], [[header, value]]))).toMatchObject({
      status: 200,
    });
    expect(await store.ask("GET", "/bucket/sum")).toMatchObject({ text: "123456789" });
  });
});

/** An aws-chunked upload without signatures, as newer SDKs send by default. */
function chunked(chunks: readonly string[], trailers: readonly (readonly [string, string])[], announced?: string): Ask {
  const body = `${[...chunks, ""].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}${chunk && "\r\n"}`).join("")}${trailers
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join("")}\r\n`;
  return {
    body,
    payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-trailer": announced ?? trailers.map(([name]) => name).join(","),
      "x-amz-decoded-content-length": String(chunks.join("").length),
    },
  };
}

test("frames may be cut anywhere", async () => {
  const ask = chunked(["a".repeat(20), "b".repeat(300)], [["x-amz-checksum-crc32", "AAAAAA=="]]);
  const bytes = async function* () {
    for (const byte of Buffer.from(ask.body as string)) yield await Promise.resolve(Uint8Array.of(byte));
  };
  const headers = { ...ask.headers, "x-amz-trailer": "" };
  const answer = await store.ask("PUT", "/bucket/cut", { ...ask, headers, body: bytes() });
  expect(answer).toMatchObject({ status: 200 });
  expect((await store.ask("GET", "/bucket/cut")).text).toBe("a".repeat(20) + "b".repeat(300));
});

test("aws-chunked is not stored as the object's encoding", async () => {
  const ask = chunked(["x"], []);
  await store.ask("PUT", "/bucket/plain", ask);
  await store.ask("PUT", "/bucket/zipped", {
    ...ask,
    headers: { ...ask.headers, "content-encoding": "aws-chunked,gzip" },
  });
  expect((await store.ask("HEAD", "/bucket/plain")).headers["Content-Encoding"]).toBeUndefined();
  expect((await store.ask("HEAD", "/bucket/zipped")).headers["Content-Encoding"]).toBe("gzip");
});

test("a body cut early stores nothing", async () => {
  const ask = chunked(["12345"], []);
  const short = { ...ask, body: (ask.body as string).slice(0, 6) };
  expect(await put(short)).toMatchObject({ status: 400, code: "IncompleteBody" });
  const fewer = { ...ask, headers: { ...ask.headers, "x-amz-decoded-content-length": "6" } };
  expect(await put(fewer)).toMatchObject({ status: 400, code: "IncompleteBody" });
  await expectNothingStored();
});

test("a connection lost while uploading stores nothing and is not answered", async () => {
  const lost = async function* () {
    yield await Promise.resolve(Buffer.from("half"));
    throw new Error("socket hang up");
  };
  await expect(put({ body: lost(), headers: { "content-length": "8" } })).rejects.toThrow("socket hang up");
  await expectNothingStored();
});

test("nonsense where a chunk begins: InvalidRequest", async () => {
  for (const body of ["zz\r\n", "5\r\n123456789\r\n0\r\n\r\n", `${"0".repeat(20_000)}\r\n`]) {
    expect(await put({ ...chunked([""], []), body })).toMatchObject({ status: 400, code: "InvalidRequest" });
  }
  await expectNothingStored();
});

test("an unknown way of signing the body: NotImplemented", async () => {
  const answer = await put({ body: "", payloadHash: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" });
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
});
