import { createHash, randomBytes } from "node:crypto";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { presign } from "../harness/presign.ts";
import { makeKeys, scopedToken } from "../test/stores.ts";
import { type Traveller, traveller } from "./traveller.ts";

// Objects that came in one piece and are fetched in seven: their ETag is an MD5.
const MiB = 1024 ** 2;
const content = randomBytes(33 * MiB);
const partBytes = 5 * MiB;

let me: Traveller;
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => fault(event) });
  await putWhole();
  me.forgetRequests();
});
afterEach(async () => await me[Symbol.asyncDispose]());

async function putWhole(): Promise<void> {
  const { accessKeyId, secretAccessKey } = await makeKeys(me.sandbox, await scopedToken(me.sandbox));
  const headers = { "x-amz-checksum-crc32": crcOf(content) };
  const url = `${me.sandbox.s3Endpoint}/moved/big`;
  const keys = { accessKeyId, secretAccessKey: secretAccessKey.reveal() };
  const signed = presign({ method: "PUT", url, ...keys, headers });
  const { status, headers: told } = await fetch(signed, { method: "PUT", headers, body: content });
  expect([status, told.get("etag")]).toEqual([200, `"${createHash("md5").update(content).digest("hex")}"`]);
}

function crcOf(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}

const isHead = (event: FaultEvent): boolean => event.moment === "response" && event.request.method === "HEAD";

/** The same answer, with other headers. */
function withHeaders(event: FaultEvent, change: (headers: Record<string, string>) => void): Fault | undefined {
  if (event.moment !== "response") return undefined;
  const headers = { ...event.response.headers };
  change(headers);
  return { answer: { ...event.response, headers } };
}

/** The third of the ranges comes with a byte changed. */
function damaging(event: FaultEvent): Fault | undefined {
  const start = 2 * partBytes;
  if (event.moment !== "response" || !event.request.headers["range"]?.startsWith(`bytes=${start}-`)) return undefined;
  const body = Buffer.from(content.subarray(start, start + partBytes));
  body[1000] = (body[1000] ?? 0) ^ 1;
  return { answer: { ...event.response, body } };
}

const tellingNoCrc = (event: FaultEvent): Fault | undefined =>
  isHead(event) ? withHeaders(event, (headers) => delete headers["x-amz-checksum-crc32"]) : undefined;

const back = async (): Promise<Buffer> => await readFile(me.at("back/big"));

test.each([
  ["cp s3://moved/big back/", 0],
  ["sync s3://moved back", 1],
])("%s: compared with the CRC32 of the whole, for which so many HEADs are needed: %i", async (words, heads) => {
  await me.write("back/other", "");
  await me.go(words);
  expect(Buffer.compare(await back(), content)).toBe(0);
  expect(me.requests.filter((request) => request.startsWith("HEAD"))).toHaveLength(heads);
});

test.each([
  ["by the CRC32 of the whole", () => undefined],
  ["by the MD5, where the store tells no CRC32", tellingNoCrc],
])("a byte that changes on the way is found %s", async (_, telling) => {
  fault = (event) => telling(event) ?? damaging(event);
  expect((await me.go("sync s3://moved back", 23)).stderr).toContain("arrived damaged");
  expect(await readdir(me.at("back"))).toEqual([]);
  fault = telling;
  expect((await me.go("sync s3://moved back --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 0 });
  expect(Buffer.compare(await back(), content)).toBe(0);
});

test("the CRC32 decides, not the MD5: bytes that do not fit it are no file", async () => {
  fault = (event) =>
    isHead(event)
      ? withHeaders(event, (headers) => void (headers["x-amz-checksum-crc32"] = crcOf(Buffer.from("others"))))
      : undefined;
  expect((await me.go("sync s3://moved back", 23)).stderr).toContain("arrived damaged");
  expect(await readdir(me.at("back"))).toEqual([]);
});

test("an ETag that only looks like an MD5, as of objects under a key service's keys, damages nothing", async () => {
  fault = (event) =>
    isHead(event)
      ? withHeaders(event, (headers) => {
          delete headers["x-amz-checksum-crc32"];
          headers["x-amz-server-side-encryption"] = "aws:kms";
        })
      : undefined;
  expect((await me.go("sync s3://moved back --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 1 });
  expect(Buffer.compare(await back(), content)).toBe(0);
  fault = (event) =>
    withHeaders(event, (headers) => {
      delete headers["x-amz-checksum-crc32"];
      headers["x-amz-server-side-encryption"] = "aws:kms";
    });
  expect((await me.go("cp s3://moved/big alone")).stderr).toContain("with no checksum to compare");
  expect(Buffer.compare(await readFile(me.at("alone")), content)).toBe(0);
});

/** Ends a download when the fourth range comes. */
async function interrupt(): Promise<void> {
  const stop = new AbortController();
  let left = 4;
  fault = (event) => {
    const isRange = event.moment === "response" && event.request.headers["range"] !== undefined;
    if (isRange && --left === 0) stop.abort(new Error("stopped"));
    return undefined;
  };
  expect((await me.run("sync s3://moved back -j 1", { signal: stop.signal })).code).toBe(130);
  fault = () => undefined;
  me.forgetRequests();
}

test("a download that was interrupted goes on, and is compared as a whole", async () => {
  await interrupt();
  await me.go("sync s3://moved back");
  expect(me.requests.filter((request) => request.startsWith("GET /moved/big")).length).toBeLessThan(7);
  expect(Buffer.compare(await back(), content)).toBe(0);
});

test("bytes that changed on the disk since a download was interrupted are found, and all is fetched anew", async () => {
  await interrupt();
  const [partial = ""] = (await readdir(me.at("back"))).filter((name) => name.endsWith(".part"));
  const file = await open(join(me.at("back"), partial), "r+");
  await file.write(Buffer.from([(content[1000] ?? 0) ^ 1]), 0, 1, 1000);
  await file.close();
  await me.go("sync s3://moved back");
  expect(Buffer.compare(await back(), content)).toBe(0);
});
