import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../src/node/lock.ts";
import { fileStateStore } from "../../src/node/state.ts";
import { Secret } from "../../src/secret.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "fedbucket-state-"))));
afterEach(() => rm(folder, { recursive: true }));

const state = {
  issuer: "https://issuer.example",
  keystoneUrl: "https://keystone.example/v3",
  login: { accessToken: new Secret("token-1"), source: "device login" },
  madeKeys: ["a"],
};

test("what is saved is loaded again, secrets as Secrets", async () => {
  const store = fileStateStore(folder, "mine");
  expect(await store.load()).toBeUndefined();
  await store.save(state);
  const loaded = await store.load();
  expect(loaded?.login?.accessToken.reveal()).toBe("token-1");
  expect(JSON.stringify(loaded)).toBe(JSON.stringify(state));
});

test("files for the owner only, and nothing temporary left", async () => {
  await fileStateStore(folder, "mine").save(state);
  expect((await stat(join(folder, "profiles/mine.json"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "profiles"))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(folder, "profiles"))).toEqual(["mine.json"]);
});

test("a folder that cannot be written: said with the file and the reason", async () => {
  await writeFile(join(folder, "profiles"), "a file where a folder should be");
  await expect(fileStateStore(folder, "mine").save(state)).rejects.toMatchObject({ code: "CANNOT_WRITE" });
});

test("a lock lets one in at a time", async () => {
  const lock = join(folder, "x.lock");
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} out`);
  };
  await Promise.all([withLock(lock, work("a")), withLock(lock, work("b"))]);
  expect([order[0]?.[0] === order[1]?.[0], order[2]?.[0] === order[3]?.[0]]).toEqual([true, true]);
  expect(await readdir(folder)).toEqual([]);
});

test("a lock of a process that is gone is taken over", async () => {
  const lock = join(folder, "x.lock");
  await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  expect(await withLock(lock, async () => "in")).toBe("in");
});

test("a lock that is held is waited for, then given up in words", async () => {
  const lock = join(folder, "x.lock");
  await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
  await expect(withLock(lock, async () => "in", { waitMs: 60 })).rejects.toMatchObject({ code: "BUSY" });
  expect(await readFile(lock, "utf8")).toContain(String(process.pid));
});

test("a lock is left when the work fails", async () => {
  const lock = join(folder, "sub/x.lock");
  await mkdir(join(folder, "sub"));
  await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(join(folder, "sub"))).toEqual([]);
});
