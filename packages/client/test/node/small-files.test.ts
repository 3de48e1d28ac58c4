import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { diskFolder } from "../../src/node/folder.ts";
import { diskPace } from "../../src/node/pace.ts";
import { sharedMemory } from "../../src/node/buffers.ts";
import { smallWriter, type WriteSmall } from "../../src/node/small-files.ts";

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "fedbucket-small-"))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

const names = Array.from({ length: 300 }, (_, at) => `f${at}`);

/** Writes all of them, and resolves to how many were left to another thread. */
async function writeAll(write: WriteSmall): Promise<number> {
  const writes = names.map((name) => {
    const bytes = sharedMemory(name.length);
    bytes.write(name);
    return write(join(root, name), bytes, 86_400_000);
  });
  for (const done of writes) await done;
  return writes.filter((done) => done !== undefined).length;
}

/** Writes them over and over until the other thread is there and has its part. */
async function writtenByTwo(write: WriteSmall): Promise<number> {
  return await vi.waitUntil(async () => await writeAll(write), { timeout: 30_000 });
}

test("many files are written in two threads, whole, with their times and nothing beside them", async () => {
  const elsewhere = await writtenByTwo(smallWriter(diskPace(), 2));
  expect(elsewhere).toBeLessThan(names.length);
  expect((await readdir(root)).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(await readFile(join(root, name), "utf8")).toBe(name);
  expect((await stat(join(root, names.at(-1) ?? ""))).mtimeMs).toBe(86_400_000);
});

test("what is in no shared memory, and all on a machine with one processor, is written in the first thread", async () => {
  const write = smallWriter(diskPace(), 2);
  await writtenByTwo(write);
  expect(write(join(root, "alone"), Buffer.from("alone"), 0)).toBeUndefined();
  expect(await writeAll(smallWriter(diskPace(), 1))).toBe(0);
});

/** A folder to which so many files were written that another thread has its part. */
async function busyFolder(): Promise<{ write: (key: string) => Promise<void> }> {
  const folder = diskFolder(root);
  const write = async (key: string): Promise<void> => {
    await folder.write(key, bodyOf(key), { bytes: key.length, modifiedMs: 1000 });
  };
  await writtenByTwo(smallWriter(diskPace(), 2)); // the other thread is one for the process
  await Promise.all(names.map((name) => write(`many/${name}`)));
  return { write };
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test("a folder in the way gets a twin beside it, a folder that is gone is made anew", async () => {
  const { write } = await busyFolder();
  await mkdir(join(root, "many/x"));
  await write("many/x");
  expect(await readFile(join(root, "many/x\u201b"), "utf8")).toBe("many/x");
  await rm(join(root, "many"), { recursive: true });
  await Promise.all(["many/y", "many/z"].map(write));
  expect((await readdir(join(root, "many"))).toSorted()).toEqual(["y", "z"]);
});

test("what the system says in the other thread is said here, and nothing is left", async () => {
  const write = smallWriter(diskPace(), 2);
  await writtenByTwo(write);
  const memory = sharedMemory(1);
  await expect(write(join(root, "none/file"), memory, 0)).rejects.toMatchObject({ code: "ENOENT" });
  await mkdir(join(root, "folder/below"), { recursive: true });
  await expect(write(join(root, "folder"), memory, 0)).rejects.toMatchObject({ code: "EISDIR" });
  expect((await readdir(root)).filter((name) => name.startsWith("."))).toEqual([]);
});
