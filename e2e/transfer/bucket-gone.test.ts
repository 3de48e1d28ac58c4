/** A bucket that somebody deletes, with all that is in it, while data moves into or out of it. */
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;

let me: Traveller;
let fault: (event: FaultEvent) => Promise<Fault | undefined> = async () => undefined;
beforeEach(async () => {
  fault = async () => undefined;
  me = await traveller({ fault: (event) => (event.listener === "objects" ? fault(event) : undefined) });
});
afterEach(async () => await me[Symbol.asyncDispose]());

/** Whether somebody speaks Swift. The bucket is deleted by the protocol that the transfer does not speak. */
const isSwift = ({ request }: FaultEvent): boolean => request.headers["x-auth-token"] !== undefined;

/** Deletes the bucket when so many requests of a kind have come, while those of the transfer wait. */
function deletedAt(count: number, via: string, isMeant: (event: FaultEvent) => boolean): void {
  let left = count;
  let deleting: Promise<void> | undefined;
  fault = async (event) => {
    if (isSwift(event) !== (via === "swift") || event.moment !== "request") return undefined;
    if (isMeant(event) && --left === 0) deleting = deleteBucket(via === "swift" ? "s3" : "swift");
    await deleting;
    return undefined;
  };
}

/** What was on its way when the others were told to wait still arrives. */
async function deleteBucket(via: string): Promise<void> {
  let code: number | undefined;
  while (code !== 0) {
    await me.run(`rm -r s3://moved --via ${via}`);
    ({ code } = await me.run(`rb s3://moved --via ${via}`));
  }
}

const isObject = (method: string) => (event: FaultEvent) =>
  event.request.method === method && /moved\/.+/.test(event.request.path);

/** Exactly one failure is told, with the reason, and it is counted for those alone that were on their way. */
function expectOneReason(stderr: string): void {
  expect(stderr.match(/^failed: /gm)).toHaveLength(1);
  expect(stderr).toMatch(/^failed: .*there is no bucket moved$/m);
  expect(stderr).toContain("It ended early: there is no bucket moved. Run the same command again.");
  expect(Number(/([\d,]+) objects? failed/.exec(stderr)?.[1]?.replace(",", ""))).toBeLessThan(200);
}

test.each(["s3", "swift"])("up over %s: one reason is told, and the same command does it all later", async (via) => {
  await writeTree(me.at("data"), smallFiles(600));
  deletedAt(100, via, isObject("PUT"));
  expectOneReason((await me.go(`sync data s3://moved/data --via ${via}`, 23)).stderr);
  fault = async () => undefined;
  await me.go("mb s3://moved");
  await me.go(`sync data s3://moved/data --via ${via}`);
  expect((await me.go("verify data s3://moved/data")).stderr).toContain("600 the same");
});

test.each(["s3", "swift"])("down over %s: one reason is told, and what came is whole", async (via) => {
  await writeTree(me.at("data"), smallFiles(600));
  await me.go("sync data s3://moved/data");
  deletedAt(100, via, isObject("GET"));
  expectOneReason((await me.go(`sync s3://moved/data back --delete --via ${via}`, 23)).stderr);
  const back = await readTree(me.at("back"));
  expect(Object.keys(back).length).toBeGreaterThan(0);
  expect(await readTree(me.at("data"))).toMatchObject(back);
});

test.each(["s3", "swift"])("across over %s: neither side is said to be complete, the source stays", async (via) => {
  await me.go("mb s3://source");
  await writeTree(me.at("data"), smallFiles(300));
  await me.go("sync data s3://source/data");
  deletedAt(50, via, (event) => event.request.method === "PUT" || event.request.method === "COPY");
  expectOneReason((await me.go(`mv -r s3://source/data s3://moved/data --via ${via}`, 23)).stderr);
  fault = async () => undefined;
  // What was moved is lost with the bucket; the rest is where it was.
  expect((await me.go("ls -r s3://source")).stdout.trim().split("\n").length).toBeGreaterThan(200);
});

test("between two pages of the listing: as clear, and nothing that is here is deleted", async () => {
  await writeTree(me.at("data"), Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f${n}`, ""])));
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data back");
  await writeTree(me.at("back"), { mine: "1" });
  deletedAt(2, "s3", ({ request }) => request.method === "GET" && request.path === "/moved");
  expectOneReason((await me.go("sync s3://moved/data back --delete", 23)).stderr);
  expect(Object.keys(await readTree(me.at("back")))).toHaveLength(1201);
});

test("in the middle of a large upload, and of a large download: a reason, no file, and nothing half done", async () => {
  await writeTree(me.at("data"), { big: randomBytes(40 * MiB) });
  deletedAt(2, "s3", ({ request }) => request.query.has("partNumber"));
  expect((await me.go("sync data s3://moved/data -j 1", 1)).stderr).toContain("there is no bucket moved");
  fault = async () => undefined;
  await me.go("mb s3://moved");
  await me.go("sync data s3://moved/data");
  deletedAt(2, "s3", isObject("GET"));
  expect((await me.go("sync s3://moved/data back -j 1", 1)).stderr).toContain("there is no bucket moved");
  expect(await readdir(me.at("back"))).toEqual([]);
});
