import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { diskFolder } from "../../src/node/folder.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { compareUtf8 } from "../../src/store/order.ts";
import type { Store } from "../../src/store/store.ts";
import type { Summary } from "../../src/transfer/events.ts";
import { runTransfer } from "../transfer/run-transfer.ts";

/** How the disk writes names below its root: as HFS+ does, or as it is told. */
const disk = vi.hoisted(() => ({ root: "", decomposes: false, folds: false }));

type Call = (...args: unknown[]) => unknown;

/** Node's own functions, on such a disk. */
const onDisk = vi.hoisted(() => (module: Record<string, unknown>): Record<string, unknown> => {
  const pathsOf = (name: string): number => (/^(rename|link|copyFile)/.test(name) ? 2 : 1);
  const written = (path: string): string => {
    if (!disk.decomposes || !path.startsWith(disk.root)) return path;
    const name = path.slice(disk.root.length).normalize("NFD");
    return disk.root + (disk.folds ? name.toLowerCase() : name);
  };
  const wrapped = (name: string, call: Call): Call =>
    Object.assign((...args: unknown[]) => {
      const told = args.map((arg, at) => (at < pathsOf(name) && typeof arg === "string" ? written(arg) : arg));
      return call(...told);
    }, call);
  const functions = Object.fromEntries(
    Object.entries(module).map(([name, value]) => [
      name,
      typeof value === "function" && /^[a-z]/.test(name) ? wrapped(name, value as Call) : value,
    ]),
  );
  return { ...functions, default: functions };
});

vi.mock("node:fs", async (original) => onDisk(await original<Record<string, unknown>>()));
vi.mock("node:fs/promises", async (original) => onDisk(await original<Record<string, unknown>>()));

const [composed, decomposed] = ["\u00e9t\u00e9", "e\u0301te\u0301"];
const keys = [`${composed}/${composed}.nc`, "plain", "\u1100\u1161", "\ud55c\uae00"].sort(compareUtf8);

let root: string;
let store: Store;
beforeEach(async () => {
  disk.root = root = await mkdtemp(join(tmpdir(), "fedbucket-form-"));
  Object.assign(disk, { decomposes: true, folds: false });
  store = memoryStore({ crypto: nodeCrypto(), now: () => new Date(1_700_000_000_000) });
});
afterEach(async () => await rm(root, { recursive: true, force: true }));

async function keep(key: string): Promise<void> {
  await store.put(key, {
    bytes: Buffer.byteLength(key),
    async *open() {
      yield Buffer.from(key);
    },
  });
}

const there = (bucket: Store) => ({ kind: "store", bucket: "b", prefix: "", account: "there", store: bucket }) as const;
const here = (path: string) => ({ kind: "folder", folder: diskFolder(path) }) as const;

const down = async (removes = false): Promise<Summary> =>
  await runTransfer({ source: there(store), destination: here(root), removes });

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("a second download from a store finds everything there, and makes no second file", async () => {
  for (const key of keys) await keep(key);
  expect(await down()).toMatchObject({ copied: keys.length, failed: 0 });
  expect(await down()).toMatchObject({ copied: 0, same: keys.length, failed: 0 });
  expect(await filesIn(root)).toHaveLength(keys.length);
});

test("so it is on a disk that takes capital and small letters for one, too", async () => {
  disk.folds = true; // and keeps small ones, so only such names come back
  const small = [`${composed}/${composed}.nc`, "plain", "\ud55c\uae00"];
  for (const key of small) await keep(key);
  expect(await down()).toMatchObject({ copied: 3, failed: 0 });
  expect(await down(true)).toMatchObject({ copied: 0, same: 3, removed: 0, failed: 0 });
  await keep(composed);
  await runTransfer({ source: there(store), destination: here(root), rule: "always" });
  expect(await down(true)).toMatchObject({ copied: 0, same: 4, removed: 0, failed: 0 });
  expect(await filesIn(root)).toHaveLength(4);
});

test("sync --delete takes none of them for surplus", async () => {
  for (const key of keys) await keep(key);
  await down();
  await diskFolder(root).write("su\u00e9rplus", bodyOf("x"), { bytes: 1, modifiedMs: 0 });
  expect(await down(true)).toMatchObject({ copied: 0, same: keys.length, removed: 1, failed: 0 });
  expect(await filesIn(root)).toHaveLength(keys.length);
});

test("they go back under the names they came from, with what belongs to each", async () => {
  const both = [...keys, decomposed, composed, `${decomposed}/${composed}`].sort(compareUtf8);
  for (const key of both) await keep(key);
  expect(await down()).toMatchObject({ copied: both.length, failed: 0 });
  expect(await down(true)).toMatchObject({ copied: 0, same: both.length, removed: 0, failed: 0 });
  const back = memoryStore({ crypto: nodeCrypto(), now: () => new Date() });
  expect(await runTransfer({ source: here(root), destination: there(back) })).toMatchObject({ copied: both.length });
  const found: string[] = [];
  for await (const info of back.list()) if (info.kind === "object") found.push(info.key);
  expect(found).toEqual(both);
  for (const key of both) {
    let text = "";
    for await (const chunk of (await back.get(key)).body) text += Buffer.from(chunk).toString();
    expect(text).toBe(key);
  }
});

test("a disk that keeps both forms has both, unescaped", async () => {
  disk.decomposes = false;
  for (const key of [composed, decomposed]) await keep(key);
  await down();
  expect((await readdir(root)).sort(compareUtf8)).toEqual([decomposed, composed]);
  expect(await down(true)).toMatchObject({ copied: 0, same: 2, removed: 0 });
});

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
