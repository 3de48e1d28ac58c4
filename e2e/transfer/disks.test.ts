import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, symlink, utimes } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { mustRun } from "../harness/run.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

const MiB = 1024 ** 2;
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

let me: Traveller;
let fault: (event: FaultEvent) => Promise<Fault | undefined> = async () => undefined;
beforeEach(async () => {
  fault = async () => undefined;
  me = await traveller({ fault: (event) => fault(event) });
});
afterEach(async () => await me[Symbol.asyncDispose]());

/** A disk of its own, in memory. Needs root. */
async function disk(path: string, size: string): Promise<AsyncDisposable & { makeReadOnly(): Promise<void> }> {
  await mkdir(path);
  await mustRun(["mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { env });
  return {
    makeReadOnly: async () => void (await mustRun(["mount", "-o", "remount,ro", path], { env })),
    [Symbol.asyncDispose]: async () => void (await mustRun(["umount", path], { env })),
  };
}

/** Everything below, what is hidden and not complete too. */
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

test("a disk that gets full: the run ends and says so, what is there is whole, and more room is all it takes", async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, randomBytes(100_000)]));
  await writeTree(me.at("data"), files);
  await me.go("sync data s3://moved/data");
  const source = await readTree(me.at("data"));
  await using _ = await disk(me.at("back"), "2m");
  const { stderr } = await me.go("sync s3://moved/data back", 23);
  expect(stderr).toContain("the disk is full");
  expect(stderr).toContain("It ended early");
  const there = await readTree(me.at("back"));
  expect(Object.keys(there).length).toBeGreaterThan(0);
  expect(source).toMatchObject(there);
  expect((await filesIn(me.at("back"))).toSorted()).toEqual(Object.keys(there).toSorted());
  await mustRun(["mount", "-o", "remount,size=16m", me.at("back")], { env });
  await me.go("sync s3://moved/data back");
  expect(await readTree(me.at("back"))).toEqual(source);
});

test("a disk that is too small for a large object: there is no file of that name", async () => {
  await writeTree(me.at("data"), { big: randomBytes(40 * MiB) });
  await me.go("sync data s3://moved/data");
  await using _ = await disk(me.at("back"), "20m");
  const { stderr } = await me.go("sync s3://moved/data back", 1);
  expect(stderr).toContain("the disk is full");
  expect(await readTree(me.at("back"))).toEqual({});
  await me.go("verify data s3://moved/data");
});

test("a disk that nobody may write: the run ends, and says why", async () => {
  await writeTree(me.at("data"), smallFiles(5));
  await me.go("sync data s3://moved/data");
  await using back = await disk(me.at("back"), "2m");
  await back.makeReadOnly();
  for (const target of ["back", "back/new"])
    expect((await me.go(`sync s3://moved/data ${target}`, 1)).stderr).toContain("the disk is read-only");
  await me.go("verify data s3://moved/data");
});

test("links are followed, those that lead back are told and left out, and the copy ends", async () => {
  await writeTree(me.at("data"), { "a/1": "1" });
  await writeTree(me.at("elsewhere"), { "2": "2" });
  await symlink("..", me.at("data/a/up"));
  await symlink(me.at("elsewhere"), me.at("data/b"));
  await symlink("a/1", me.at("data/c"));
  const { stderr } = await me.go("sync data s3://moved/data");
  expect(stderr).toContain("leads back");
  expect((await me.go("ls -r s3://moved/data")).stdout).toBe("a/1\nb/2\nc\n");
});

test("a file with holes comes back with the same bytes", async () => {
  await mkdir(me.at("data"));
  const file = await open(me.at("data/holes"), "w");
  await file.write(Buffer.from("end"), 0, 3, 40 * MiB);
  await file.close();
  await me.go("sync data s3://moved/data");
  await me.go("sync s3://moved/data back");
  expect(Buffer.compare(await readFile(me.at("back/holes")), await readFile(me.at("data/holes")))).toBe(0);
});

test("a file that vanishes before its turn is named as a failure, and the others are copied", async () => {
  await writeTree(me.at("data"), smallFiles(20));
  let gone: Promise<void> | undefined;
  fault = async (event) => {
    if (event.moment === "request" && event.request.method === "PUT") await (gone ??= rm(me.at("data/d6/f0013")));
    return undefined;
  };
  const { events } = await me.go("sync data s3://moved/data -j 1 --json", 23);
  expect(events.filter(({ event }) => event === "failed").map(({ key }) => key)).toEqual(["d6/f0013"]);
  fault = async () => undefined;
  await me.go("verify data s3://moved/data");
});

test("a store whose clock is a day behind gets each file once", async () => {
  await writeTree(me.at("data"), smallFiles(10));
  await me.go("sync data s3://moved/data");
  const ahead = new Date(Date.now() + 86_400_000);
  for (const path of Object.keys(await readTree(me.at("data")))) await utimes(me.at(`data/${path}`), ahead, ahead);
  expect((await me.go("sync data s3://moved/data")).stderr).toContain("Copied 10 objects");
  me.forgetRequests();
  expect((await me.go("sync data s3://moved/data")).stderr).toContain("10 the same");
  expect(me.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
});
