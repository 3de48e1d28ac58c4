import { randomBytes } from "node:crypto";
import { appendFile, readdir, readFile, rename, truncate, utimes, writeFile } from "node:fs/promises";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scopedToken } from "../test/stores.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree } from "./trees.ts";

const MiB = 1024 ** 2;
/** Nine parts of 5 MiB, the last one short. */
const bytes = 42 * MiB;
const count = 9;

let me: Traveller;
let fault: (event: FaultEvent) => Fault | undefined | Promise<undefined> = () => undefined;
let parts: string[] = [];
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({
    fault: (event) => {
      const part = event.moment === "response" ? event.request.query.get("partNumber") : null;
      if (part !== null && event.moment === "response" && event.response.status < 300) parts.push(part);
      return fault(event);
    },
  });
  parts = [];
});
afterEach(async () => await me[Symbol.asyncDispose]());

/** Interrupts when so many answers of a kind are about to be sent. */
function interruptAt(nth: number, isMeant: (event: FaultEvent) => boolean): AbortSignal {
  const stop = new AbortController();
  let left = nth;
  fault = (event) => {
    if (isMeant(event) && --left === 0) stop.abort(new Error("stopped"));
    return undefined;
  };
  return stop.signal;
}

const isPart = (event: FaultEvent): boolean => event.moment === "response" && event.request.query.has("partNumber");
const isRange = (event: FaultEvent): boolean =>
  event.moment === "response" && event.request.headers["range"] !== undefined;

test("up and down in parts, checked by the parts' MD5s", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("cp big s3://moved/big");
  expect(parts.sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  me.forgetRequests();
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), await readFile(me.at("big")))).toBe(0);
  await me.go("mb s3://other");
  await me.go("cp s3://moved/big s3://other/big");
  expect((await me.go("verify s3://moved s3://other")).stderr).toContain("1 the same");
});

test("parts are sent with CRC32s, which the store confirms; one that differs on the way down is damage", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  const sums: string[] = [];
  fault = ({ moment, request }) => {
    if (moment === "request" && request.query.has("partNumber"))
      sums.push(...["content-md5", "x-amz-checksum-crc32"].filter((name) => name in request.headers));
    return undefined;
  };
  await me.go("cp big s3://moved/big");
  expect([...new Set(sums)]).toEqual(["x-amz-checksum-crc32"]);
  fault = (event) => {
    const [, start, end] = (/^bytes=(\d+)-(\d+)/.exec(event.request.headers["range"] ?? "") ?? []).map(Number);
    if (event.moment !== "response" || start !== 0 || end === undefined) return undefined;
    return { answer: { ...event.response, body: Buffer.alloc(end + 1) } };
  };
  expect((await me.go("cp s3://moved/big back", 1)).stderr).toContain("arrived damaged");
  expect(await readdir(me.home)).not.toContain("back");
  fault = () => undefined;
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), await readFile(me.at("big")))).toBe(0);
});

test("a store that tells of no CRC32s is judged by the parts' MD5s", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("cp big s3://moved/big");
  fault = (event) => {
    if (event.moment !== "response" || event.request.method !== "HEAD") return undefined;
    const { "x-amz-checksum-crc32": _, ...headers } = event.response.headers;
    return { answer: { ...event.response, headers } };
  };
  expect((await me.go("sync s3://moved back --json")).events.at(-1)).toMatchObject({ copied: 1, unverified: 0 });
  expect(Buffer.compare(await readFile(me.at("back/big")), await readFile(me.at("big")))).toBe(0);
});

test("an upload that was interrupted goes on with the parts that are missing", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  const signal = interruptAt(2, isPart);
  expect((await me.run("cp big s3://moved/big -j 1", { signal })).code).toBe(130);
  fault = () => undefined;
  expect((await me.go("uploads list s3://moved")).stdout).toContain("s3://moved/big");
  const before = parts.length;
  await me.go("cp big s3://moved/big");
  expect(before).toBeGreaterThan(0);
  expect(new Set(parts).size).toBe(count);
  expect(parts.length).toBeLessThan(count + before);
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), await readFile(me.at("big")))).toBe(0);
  expect((await me.go("uploads list s3://moved")).stdout).toBe("");
});

test("a file that changed since its upload was interrupted is not mixed with what it was", async () => {
  const old = randomBytes(bytes);
  await writeFile(me.at("big"), old);
  await me.run("cp big s3://moved/big -j 1", { signal: interruptAt(2, isPart) });
  fault = () => undefined;
  const replaced = Buffer.from(old);
  replaced.fill(7, 0, 20 * MiB);
  await writeFile(me.at("big"), replaced);
  await me.go("cp big s3://moved/big");
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), replaced)).toBe(0);
  expect((await me.go("uploads list s3://moved")).stdout).toBe("");
});

test("the same size and time, other bytes: parts are proven by their MD5s", async () => {
  const old = randomBytes(bytes);
  await writeFile(me.at("big"), old);
  await utimes(me.at("big"), 1000, 1000);
  await me.run("cp big s3://moved/big -j 1", { signal: interruptAt(2, isPart) });
  fault = () => undefined;
  const replaced = Buffer.from(old);
  replaced.fill(7, 0, 100);
  await writeFile(me.at("big"), replaced);
  await utimes(me.at("big"), 1000, 1000);
  await me.go("cp big s3://moved/big");
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), replaced)).toBe(0);
});

test("a download that was interrupted goes on with the ranges that are missing", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("sync . s3://moved --include big --exclude *");
  const signal = interruptAt(3, isRange);
  expect((await me.run("sync s3://moved back -j 1", { signal })).code).toBe(130);
  expect(await readTree(me.at("back"))).toEqual({});
  let ranges = 0;
  fault = (event) => {
    if (isRange(event)) ranges++;
    return undefined;
  };
  await me.go("sync s3://moved back");
  expect(ranges).toBeLessThan(count);
  expect(Buffer.compare(await readFile(me.at("back/big")), await readFile(me.at("big")))).toBe(0);
  expect(await readdir(me.at("back"))).toEqual(["big"]);
});

test("an object that was replaced since its download was interrupted is not mixed with what it was", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("cp big s3://moved/big");
  await me.run("sync s3://moved back -j 1", { signal: interruptAt(3, isRange) });
  fault = () => undefined;
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("cp big s3://moved/big");
  await me.go("sync s3://moved back");
  expect(Buffer.compare(await readFile(me.at("back/big")), await readFile(me.at("big")))).toBe(0);
});

test("an object that is replaced while it is downloaded is no file, and is fetched whole by the next run", async () => {
  const [first, second] = [randomBytes(bytes), randomBytes(bytes)];
  await writeFile(me.at("first"), first);
  await writeFile(me.at("second"), second);
  await me.go("cp first s3://moved/big");
  fault = async (event) => {
    if (!isRange(event)) return undefined;
    fault = () => undefined;
    await me.go("cp second s3://moved/big");
    return undefined;
  };
  await me.go("sync s3://moved back -j 1", 23);
  expect(await readTree(me.at("back"))).toEqual({});
  await me.go("sync s3://moved back");
  expect(Buffer.compare(await readFile(me.at("back/big")), second)).toBe(0);
});

test("an object that is replaced when all of its ranges are there already gives neither its time nor its checksum to them", async () => {
  const [first, second] = [randomBytes(bytes), randomBytes(bytes)];
  await writeFile(me.at("first"), first);
  await writeFile(me.at("second"), second);
  await me.go("cp first s3://moved/big");
  await me.run("sync s3://moved back -j 1", { signal: interruptAt(3, isRange) });
  const left = await readdir(me.at("back"));
  for (const name of left.filter((name) => name.endsWith(".part"))) await writeFile(me.at(`back/${name}`), first);
  for (const name of left.filter((name) => name.endsWith(".parts")))
    await appendFile(me.at(`back/${name}`), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  fault = async ({ moment, request }) => {
    if (moment !== "request" || request.method !== "HEAD") return undefined;
    fault = () => undefined;
    await me.go("cp second s3://moved/big");
    return undefined;
  };
  expect((await me.go("sync s3://moved back", 23)).stderr).toContain("has changed meanwhile");
  expect(await readdir(me.at("back"))).toEqual([]);
  await me.go("sync s3://moved back");
  expect(Buffer.compare(await readFile(me.at("back/big")), second)).toBe(0);
});

test("bytes that change on the way are noticed, whatever part they are in", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.go("cp big s3://moved/big");
  fault = (event) => {
    if (event.moment !== "response" || !event.request.headers["range"]?.startsWith(`bytes=${10 * MiB}-`))
      return undefined;
    return { answer: { ...event.response, body: Buffer.alloc(5 * MiB) } };
  };
  const { code } = await me.run("cp s3://moved/big back");
  expect(code).not.toBe(130);
  expect(await me.read("back")).toBeUndefined();
});

test("a file that grows while it is uploaded is a failure, and no object appears", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  let grown = bytes;
  fault = (event) => {
    if (isPart(event)) void truncate(me.at("big"), ++grown);
    return undefined;
  };
  const { code, stderr } = await me.run("cp big s3://moved/big");
  expect(stderr).toContain("changes while it is copied");
  expect(code).toBe(1);
  expect((await me.go("ls s3://moved")).stdout).toBe("");
});

test("a file that is replaced by another while it is uploaded: the one that was opened is copied", async () => {
  const content = randomBytes(bytes);
  await writeFile(me.at("big"), content);
  await writeFile(me.at("next"), randomBytes(bytes));
  let renamed: Promise<void> | undefined;
  fault = (event) => {
    if (isPart(event)) renamed ??= rename(me.at("next"), me.at("big"));
    return undefined;
  };
  await me.go("cp big s3://moved/big");
  await renamed;
  fault = () => undefined;
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), content)).toBe(0);
});

test("the answer to a completed upload may get lost, also as a 500", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  let left = 4;
  fault = (event) => {
    const isCompletion =
      event.moment === "response" && event.request.method === "POST" && event.request.query.has("uploadId");
    if (!isCompletion || left-- <= 0) return undefined;
    return { answer: { status: 500, headers: {}, body: "<Error><Code>InternalError</Code></Error>" } };
  };
  await me.go("cp big s3://moved/big");
  expect((await me.go("ls -r s3://moved")).stdout).toBe("big\n");
});

test("an upload that somebody ends in the middle begins anew", async () => {
  const content = randomBytes(bytes);
  await writeFile(me.at("big"), content);
  let ending: Promise<unknown> | undefined;
  fault = async (event) => {
    const isSecond = event.moment === "request" && event.request.query.get("partNumber") === "2";
    if (isSecond) await (ending ??= me.go("uploads abort s3://moved"));
    return undefined;
  };
  await me.go("cp big s3://moved/big");
  expect(ending).toBeDefined();
  fault = () => undefined;
  await me.go("cp s3://moved/big back");
  expect(Buffer.compare(await readFile(me.at("back")), content)).toBe(0);
  expect((await me.go("uploads list s3://moved")).stdout).toBe("");
});

test("uploads abort: what was begun and never completed is removed", async () => {
  await writeFile(me.at("big"), randomBytes(bytes));
  await me.run("cp big s3://moved/big -j 1", { signal: interruptAt(1, isPart) });
  fault = () => undefined;
  expect((await me.go("uploads abort s3://moved --older-than 1h")).stderr).toContain("Aborted 0 uploads");
  expect((await me.go("uploads abort s3://moved")).stderr).toContain("Aborted 1 upload");
  expect((await me.go("uploads list s3://moved")).stdout).toBe("");
  await me.go("cp big s3://moved/big");
});

test("an object that others put together from segments over Swift comes back whole", async () => {
  const content = randomBytes(bytes);
  await writeFile(me.at("big"), content);
  const cut = 20 * MiB;
  await writeFile(me.at("one"), content.subarray(0, cut));
  await writeFile(me.at("two"), content.subarray(cut));
  for (const part of ["one", "two"]) await me.go(`cp ${part} s3://moved/segments/${part} --via swift`);
  const token = await scopedToken(me.sandbox);
  const made = await fetch(`${me.sandbox.storageUrl}/moved/joined?multipart-manifest=put`, {
    method: "PUT",
    headers: { "x-auth-token": token },
    body: JSON.stringify(["one", "two"].map((part) => ({ path: `/moved/segments/${part}` }))),
  });
  expect(made.status).toBe(201);
  await me.go("cp s3://moved/joined back --via swift");
  expect(Buffer.compare(await readFile(me.at("back")), content)).toBe(0);
});
