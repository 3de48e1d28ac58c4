import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startStore, type Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
});
afterAll(() => store[Symbol.asyncDispose]());

const TEXT = "123456789";
/** Of "123456789", the check value of every CRC catalogue. */
const sums = {
  crc32: "y/Q5Jg==",
  crc32c: "4waSgw==",
  crc64nvme: "rosUhgp5mIg=",
  sha1: createHash("sha1").update(TEXT).digest("base64"),
  sha256: createHash("sha256").update(TEXT).digest("base64"),
};
const asks = { "x-amz-checksum-mode": "ENABLED" };
const putSummed = (key: string) =>
  store.ask("PUT", `/bucket/${key}`, { body: TEXT, headers: { "x-amz-checksum-crc32": sums.crc32 } });
const kept = { "x-amz-checksum-crc32": sums.crc32, "x-amz-checksum-type": "FULL_OBJECT" };

test.each(Object.entries(sums))(
  "PutObject_%s: given back by the upload, by GET and HEAD, and named in listings",
  async (algorithm, value) => {
    const given = { [`x-amz-checksum-${algorithm}`]: value, "x-amz-checksum-type": "FULL_OBJECT" };
    const sent = { [`x-amz-checksum-${algorithm}`]: value, "x-amz-sdk-checksum-algorithm": algorithm.toUpperCase() };
    const put = await store.ask("PUT", `/bucket/${algorithm}`, { body: TEXT, headers: sent });
    expect(put.headers).toMatchObject(given);
    for (const method of ["GET", "HEAD"]) {
      expect((await store.ask(method, `/bucket/${algorithm}`, { headers: asks })).headers).toMatchObject(given);
    }
    const listing = await store.ask("GET", `/bucket?list-type=2&prefix=${algorithm}&max-keys=1`);
    const named = `<ChecksumAlgorithm>${algorithm.toUpperCase()}</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>`;
    expect(listing.text).toContain(named);
  },
);

test("a checksum is given back only where it was asked for, and of the whole", async () => {
  await putSummed("asked");
  await store.ask("PUT", "/bucket/none", { body: TEXT });
  const answers = [
    await store.ask("GET", "/bucket/asked"),
    await store.ask("GET", "/bucket/asked", { headers: { ...asks, range: "bytes=0-3" } }),
    await store.ask("GET", "/bucket/none", { headers: asks }),
  ];
  for (const { headers } of answers) expect(Object.keys(headers).join()).not.toContain("checksum");
});

test.each<[string, Record<string, string>]>([
  ["two", { "x-amz-checksum-crc32": sums.crc32, "x-amz-checksum-crc32c": sums.crc32c }],
  ["another than was named", { "x-amz-checksum-crc32": sums.crc32, "x-amz-sdk-checksum-algorithm": "SHA1" }],
  ["named and not sent", { "x-amz-sdk-checksum-algorithm": "CRC32" }],
  ["unknown", { "x-amz-sdk-checksum-algorithm": "MD4" }],
])("PutObject_checksum %s: InvalidRequest", async (_, headers) => {
  expect(await store.ask("PUT", "/bucket/bad", { body: TEXT, headers })).toMatchObject({ code: "InvalidRequest" });
  expect(await store.ask("HEAD", "/bucket/bad")).toMatchObject({ status: 404 });
});

test("an overwrite without a checksum has none", async () => {
  await putSummed("over");
  await store.ask("PUT", "/bucket/over", { body: "other" });
  expect((await store.ask("HEAD", "/bucket/over", { headers: asks })).headers).not.toHaveProperty(
    "x-amz-checksum-crc32",
  );
});

test("new tags leave the checksum", async () => {
  await putSummed("tagged");
  const body = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
  await store.ask("PUT", "/bucket/tagged?tagging", { body });
  const { headers } = await store.ask("HEAD", "/bucket/tagged", { headers: asks });
  expect(headers).toMatchObject({ ...kept, "x-amz-tagging-count": "1" });
});

test("CopyObject_keeps_the_checksum, or makes one of the algorithm asked for", async () => {
  await putSummed("source");
  const copy = (headers: Record<string, string>) =>
    store.ask("PUT", "/bucket/copied", { headers: { "x-amz-copy-source": "/bucket/source", ...headers } });
  const head = async () => (await store.ask("HEAD", "/bucket/copied", { headers: asks })).headers;
  expect((await copy({ "x-amz-metadata-directive": "REPLACE" })).text).toContain(
    `<ChecksumCRC32>${sums.crc32}</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>`,
  );
  expect(await head()).toMatchObject(kept);
  expect((await copy({ "x-amz-checksum-algorithm": "SHA256" })).text).toContain(`<ChecksumSHA256>${sums.sha256}</`);
  expect(await head()).toMatchObject({ "x-amz-checksum-sha256": sums.sha256 });
  expect(await copy({ "x-amz-checksum-algorithm": "MD4" })).toMatchObject({ code: "InvalidRequest" });
});

const first = Buffer.alloc(5 * 1024 * 1024 + 3, "abc");
const parts = [first, first, Buffer.from(TEXT)];
const base64Of = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
};
const partSums = parts.map((part) => base64Of(crc32(part)));

async function begin(key: string, headers: Record<string, string>): Promise<string> {
  const answer = await store.ask("POST", `/bucket/${key}?uploads`, { headers });
  return /<UploadId>(.*?)<\/UploadId>/.exec(answer.text)?.[1] ?? answer.code ?? "";
}

/** Sends all parts; `summed` says whether with their checksums. */
async function send(key: string, uploadId: string, summed: boolean) {
  const answers = parts.map((body, at) => {
    const headers: Record<string, string> = summed ? { "x-amz-checksum-crc32": partSums[at]! } : {};
    return store.ask("PUT", `/bucket/${key}?partNumber=${at + 1}&uploadId=${uploadId}`, { body, headers });
  });
  return await Promise.all(answers);
}

function complete(key: string, uploadId: string, etags: readonly string[], checksums: readonly string[], headers = {}) {
  const list = etags.map((etag, at) => {
    const checksum = checksums[at] === undefined ? "" : `<ChecksumCRC32>${checksums[at]}</ChecksumCRC32>`;
    return `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag>${checksum}</Part>`;
  });
  const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
  return store.ask("POST", `/bucket/${key}?uploadId=${uploadId}`, { body, headers });
}

const etagsOf = (answers: Awaited<ReturnType<typeof send>>) =>
  answers.map(({ headers }) => (headers["ETag"] ?? "").replaceAll('"', ""));

test.each<[string, (whole: string) => string]>([
  ["with", (whole) => whole],
  ["without", (whole) => whole.replace("-3", "")],
])("a composite checksum of a multipart upload, named %s the number of parts", async (_, said) => {
  const id = await begin("mpu", { "x-amz-checksum-algorithm": "CRC32" });
  const sent = await send("mpu", id, true);
  expect(sent.map(({ headers }) => headers["x-amz-checksum-crc32"])).toEqual(partSums);
  const listed = (await store.ask("GET", `/bucket/mpu?uploadId=${id}`)).text;
  for (const sum of partSums) expect(listed).toContain(`<ChecksumCRC32>${sum}</ChecksumCRC32></Part>`);
  expect(listed).toContain("<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>");
  const etags = etagsOf(sent);
  expect(await complete("mpu", id, etags, [])).toMatchObject({ code: "InvalidRequest" });
  expect(await complete("mpu", id, etags, partSums.toReversed())).toMatchObject({ code: "InvalidPart" });
  const wrong = { "x-amz-checksum-crc32": "AAAAAA==-3" };
  expect(await complete("mpu", id, etags, partSums, wrong)).toMatchObject({ code: "BadDigest" });

  const whole = `${base64Of(crc32(Buffer.concat(partSums.map((sum) => Buffer.from(sum, "base64")))))}-3`;
  const { text } = await complete("mpu", id, etags, partSums, { "x-amz-checksum-crc32": said(whole) });
  expect(text).toContain(`<ChecksumCRC32>${whole}</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType>`);
  const { headers } = await store.ask("HEAD", "/bucket/mpu", { headers: asks });
  expect(headers).toMatchObject({ "x-amz-checksum-crc32": whole, "x-amz-checksum-type": "COMPOSITE" });
});

describe("UploadPart_checksum of another algorithm than its upload's, or none", () => {
  test.each<Record<string, string>>([{}, { "x-amz-checksum-sha1": sums.sha1 }])("%j", async (headers) => {
    const id = await begin("odd", { "x-amz-checksum-algorithm": "CRC32" });
    const answer = await store.ask("PUT", `/bucket/odd?partNumber=1&uploadId=${id}`, { body: TEXT, headers });
    expect(answer).toMatchObject({ status: 400, code: "InvalidRequest" });
    expect(answer.text).toContain("Checksum Type mismatch occurred, expected checksum Type: crc32");
  });
});

test.each([true, false])(
  "a checksum of all bytes of a multipart upload, parts summed by the client: %s",
  async (summed) => {
    const id = await begin("full", { "x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT" });
    const etags = etagsOf(await send("full", id, summed));
    const wrong = { "x-amz-checksum-crc32": sums.crc32 };
    expect(await complete("full", id, etags, [], wrong)).toMatchObject({ code: "BadDigest" });
    const whole = base64Of(crc32(Buffer.concat(parts)));
    expect(await complete("full", id, etags, [], { "x-amz-checksum-crc32": whole })).toMatchObject({ status: 200 });
    const { headers } = await store.ask("GET", "/bucket/full", { headers: asks });
    expect(headers).toMatchObject({ "x-amz-checksum-crc32": whole, "x-amz-checksum-type": "FULL_OBJECT" });
  },
);

test.each(["CRC32C", "CRC64NVME"] as const)("%s of all bytes is that of one upload", async (algorithm) => {
  const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
  const id = await begin("joined", { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": "FULL_OBJECT" });
  const etags = etagsOf(await send("joined", id, false));
  await complete("joined", id, etags, []);
  const { headers } = await store.ask("HEAD", "/bucket/joined", { headers: asks });
  const again = { body: Buffer.concat(parts), headers: { [header]: headers[header]! } };
  expect(await store.ask("PUT", "/bucket/at-once", again)).toMatchObject({ status: 200 });
});

test("UploadPartCopy_checksum", async () => {
  await store.ask("PUT", "/bucket/text", { body: `--${TEXT}--` });
  const id = await begin("by-copy", { "x-amz-checksum-algorithm": "CRC32" });
  const headers = { "x-amz-copy-source": "bucket/text", "x-amz-copy-source-range": "bytes=2-10" };
  const { text } = await store.ask("PUT", `/bucket/by-copy?partNumber=1&uploadId=${id}`, { headers });
  expect(text).toContain(`<ChecksumCRC32>${sums.crc32}</ChecksumCRC32>`);
});

test.each<[string, string | undefined, string]>([
  ["SHA256", "FULL_OBJECT", "FULL_OBJECT checksum type cannot be used with the sha256"],
  ["CRC64NVME", "COMPOSITE", "COMPOSITE checksum type cannot be used with the crc64nvme"],
  ["CRC32", "HALF", "x-amz-checksum-type"],
  ["MD4", undefined, "MD4"],
])("CreateMultipartUpload_checksum %s %s: InvalidRequest", async (algorithm, type, message) => {
  const headers = { "x-amz-checksum-algorithm": algorithm, ...(type && { "x-amz-checksum-type": type }) };
  const answer = await store.ask("POST", "/bucket/mpu?uploads", { headers });
  expect(answer).toMatchObject({ status: 400, code: "InvalidRequest" });
  expect(answer.text).toContain(message);
});
