import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

let me: Traveller;
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => (event.listener === "objects" ? fault(event) : undefined) });
  await writeTree(me.at("data"), { ...smallFiles(60), big: randomBytes(300_000) });
});
afterEach(async () => await me[Symbol.asyncDispose]());

const error = (status: number, code: string): Fault => ({
  answer: { status, headers: {}, body: `<Error><Code>${code}</Code></Error>` },
});

/** Strikes every n-th event of a kind. */
function every(n: number, moment: FaultEvent["moment"], what: Fault): void {
  let count = 0;
  fault = (event) => (event.moment === moment && ++count % n === 0 ? what : undefined);
}

/** There and back, whatever happens on the way: the trees, and how many objects there are. */
async function roundTrip(): Promise<{ source: object; back: object; objects: number }> {
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data back");
  fault = () => undefined;
  const objects = (await me.go("ls -r s3://moved")).stdout.trim().split("\n").length;
  return { source: await readTree(me.at("data")), back: await readTree(me.at("back")), objects };
}

test.each<[string, number, FaultEvent["moment"], Fault]>([
  ["503 SlowDown, now and then", 5, "request", error(503, "SlowDown")],
  ["500 after the object was stored", 6, "response", error(500, "InternalError")],
  ["connections that are reset", 7, "request", { reset: true }],
  ["answers that are cut off", 4, "response", { cutAfterBytes: 50 }],
  ["uploads that are cut off", 6, "request", { resetAfterUploadBytes: 40 }],
])("%s: the same trees, and no object twice", async (_, n, moment, what) => {
  every(n, moment, what);
  const { source, back, objects } = await roundTrip();
  expect(back).toEqual(source);
  expect(objects).toBe(61);
});

test("bytes that change on the way are asked for again", async () => {
  await me.go("sync data s3://moved/data");
  let left = 2;
  fault = (event) => {
    if (event.moment !== "response" || event.request.method !== "GET" || event.request.path === "/moved")
      return undefined;
    return left-- > 0
      ? { answer: { ...event.response, body: randomBytes(Number(event.response.headers["Content-Length"] ?? 9)) } }
      : undefined;
  };
  await me.go("sync s3://moved/data back");
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

test("a store that says it kept another CRC is sent the bytes again", async () => {
  let left = 2;
  fault = (event) => {
    if (event.moment !== "response" || event.request.method !== "PUT" || left-- <= 0) return undefined;
    const headers = { ...event.response.headers, "x-amz-checksum-crc32": "AAAAAA==" };
    return { answer: { ...event.response, headers } };
  };
  const { source, back } = await roundTrip();
  expect(left).toBeLessThan(0);
  expect(back).toEqual(source);
});

test("bytes are compared with a CRC where the ETag is no MD5, and asked for again when they differ", async () => {
  await me.go("sync data s3://moved/data");
  let left = 2;
  fault = (event) => {
    const { method, path } = event.request;
    if (event.moment !== "response" || method !== "GET" || path === "/moved") return undefined;
    const content = readFileSync(me.at(decodeURIComponent(path.slice("/moved/".length))));
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(content));
    const headers = { ...event.response.headers, ETag: '"1-1"', "x-amz-checksum-crc32": crc.toString("base64") };
    return { answer: { ...event.response, headers, body: left-- > 0 ? randomBytes(content.length) : content } };
  };
  const { stderr } = await me.go("sync s3://moved/data back");
  expect(left).toBeLessThan(0);
  expect(stderr).not.toContain("no checksum");
  fault = () => undefined;
  expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
});

test("keys that are revoked in the middle: others are made and the transfer goes on", async () => {
  let puts = 0;
  fault = (event) => {
    const key = /Credential=([^/]+)/.exec(event.request.headers["authorization"] ?? "")?.[1];
    if (event.moment === "request" && event.request.method === "PUT" && ++puts === 20 && key !== undefined)
      me.sandbox.deleteKey(key);
    return undefined;
  };
  const { source, back } = await roundTrip();
  expect(back).toEqual(source);
});

test("a bucket that disappears in the middle: the run ends, and says so", async () => {
  let puts = 0;
  fault = (event) => (event.request.method === "PUT" && ++puts > 40 ? error(404, "NoSuchBucket") : undefined);
  const { stderr } = await me.go("sync data s3://moved/data -j 2", 23);
  expect(stderr).toContain("there is no bucket moved");
  expect(stderr).toContain("It ended early");
  fault = () => undefined;
  await me.go("sync data s3://moved/data");
  await me.go("verify data s3://moved/data");
});

test("a quota that is hit in the middle ends the run; what is there is whole", async () => {
  let puts = 0;
  fault = (event) =>
    event.moment === "request" && event.request.method === "PUT" && ++puts > 30
      ? error(403, "QuotaExceeded")
      : undefined;
  const { stderr } = await me.go("sync data s3://moved/data -j 2", 23);
  expect(stderr).toContain("quota");
  const { stdout } = await me.go("verify data s3://moved/data", 1);
  expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("missing"))).toEqual([]);
});

test("some may not be written: the others are, and exactly those are named", async () => {
  fault = (event) =>
    event.moment === "request" && event.request.method === "PUT" && event.request.path.includes("/d3/")
      ? error(403, "AccessDenied")
      : undefined;
  const { events } = await me.go("sync data s3://moved/data --json", 23);
  const failed = events.filter(({ event }) => event === "failed").map(({ key }) => key);
  expect(failed.sort()).toEqual(Object.keys(await readTree(me.at("data"))).filter((path) => path.startsWith("d3/")));
  fault = () => undefined;
  expect((await me.go("ls -r s3://moved")).stdout.trim().split("\n")).toHaveLength(61 - failed.length);
});

test("a place that cannot be written: the run ends, and says why", async () => {
  await me.go("sync data s3://moved/data");
  await writeTree(me.home, { kept: "1" });
  const { stderr } = await me.go("sync s3://moved/data kept/below", 1);
  expect(stderr).toContain("cannot be written");
  expect(await me.read("kept")).toBe("1");
});

test("nothing is deleted while one copy is not safe", async () => {
  await writeTree(me.at("other"), { surplus: "1" });
  await me.go("sync other s3://moved/data");
  fault = (event) =>
    event.moment === "request" && event.request.path.endsWith("/big") ? error(403, "AccessDenied") : undefined;
  expect((await me.go("sync data s3://moved/data --delete", 23)).stderr).toContain("Nothing was removed");
  expect((await me.go("ls -r s3://moved/data")).stdout).toContain("surplus");
  fault = () => undefined;
  await me.go("sync data s3://moved/data --delete");
  await me.go("verify data s3://moved/data");
});

test("mv: what could not be copied stays at the source", async () => {
  fault = (event) =>
    event.moment === "request" && event.request.path.endsWith("/big") ? error(403, "AccessDenied") : undefined;
  await me.go("mv -r data s3://moved/data", 23);
  expect(Object.keys(await readTree(me.at("data")))).toEqual(["big"]);
});

test("a store that stays silent for a while is outlasted", async () => {
  let left = 12;
  fault = (event) => (event.moment === "request" && left-- > 0 ? { reset: true } : undefined);
  const { source, back } = await roundTrip();
  expect(back).toEqual(source);
});
