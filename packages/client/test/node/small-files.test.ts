import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskFolder } from "../../src/node/folder.ts";
import { diskPace } from "../../src/node/pace.ts";
import { type SmallWriter, smallWriter } from "../../src/node/small-files.ts";

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "fedbucket-small-"))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

const names = Array.from({ length: 300 }, (_, at) => `f${at}`);

/** Writes all of them, and resolves to how many were left to another thread. */
async function writeAll(writer: SmallWriter): Promise<number> {
  const writes = names.map((name) => {
    const memory = writer.take(name.length);
    const bytes = memory.subarray(0, memory.write(name));
    return { memory, done: writer.write(join(root, name), bytes, 86_400_000) };
  });
  for (const { memory, done } of writes) {
    await done;
    writer.giveBack(memory);
  }
  return writes.filter(({ done }) => done !== undefined).length;
}

test("many files are written in two threads, whole, with their times and nothing beside them", async () => {
  const elsewhere = await writeAll(smallWriter(diskPace(), 2));
  expect(elsewhere).toBeGreaterThan(0);
  expect(elsewhere).toBeLessThan(names.length);
  expect((await readdir(root)).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(await readFile(join(root, name), "utf8")).toBe(name);
  expect((await stat(join(root, names.at(-1) ?? ""))).mtimeMs).toBe(86_400_000);
});

test("a machine with one processor writes them in the one thread it has", async () => {
  expect(await writeAll(smallWriter(diskPace(), 1))).toBe(0);
});

/** A folder to which so many files were written that another thread has its part. */
async function busyFolder(): Promise<{ write: (key: string) => Promise<void> }> {
  const folder = diskFolder(root);
  const write = async (key: string): Promise<void> => {
    await folder.write(key, bodyOf(key), { bytes: key.length, modifiedMs: 1000 });
  };
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
  const writer = smallWriter(diskPace(), 2);
  await writeAll(writer);
  const memory = writer.take(1).subarray(0, 1);
  await expect(writer.write(join(root, "none/file"), memory, 0)).rejects.toMatchObject({ code: "ENOENT" });
  await mkdir(join(root, "folder/below"), { recursive: true });
  await expect(writer.write(join(root, "folder"), memory, 0)).rejects.toMatchObject({ code: "EISDIR" });
  expect((await readdir(root)).filter((name) => name.startsWith("."))).toEqual([]);
});
