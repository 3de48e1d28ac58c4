import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskFolder } from "../../src/node/folder.ts";
import { namesOf, partOf } from "../../src/node/file-names.ts";
import { compareUtf8 } from "../../src/store/order.ts";
import type { ListingProblem } from "../../src/transfer/folder.ts";

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "fedbucket-folder-"))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

async function put(key: string, text = "x"): Promise<void> {
  await diskFolder(root).write(key, bodyOf(text), { bytes: text.length, modifiedMs: 1000 });
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function keysIn(folder = root): Promise<{ keys: string[]; problems: ListingProblem[] }> {
  const problems: ListingProblem[] = [];
  const keys: string[] = [];
  for await (const page of diskFolder(folder).pages({ onProblem: (problem) => problems.push(problem) }))
    keys.push(...page.map(({ key }) => key));
  return { keys, problems };
}

const nasty = [
  "a",
  "a/b",
  "a.b",
  "a/b/c",
  "/leading",
  "//two",
  "trailing/",
  "dots/../up",
  "./here",
  "..",
  ".fedbucket-0123",
  `long/${"ü".repeat(300)}/${"n".repeat(400)}`,
  "escaped/\u201b41\u201b",
  "line\nbreak",
  "hello? sausage/êé/Hello, 世界/ \" ' @ < > & ? + ≠/z.txt",
  "\u{1f600}",
  "\u{ff5e}",
];

test("every key comes back as it was, in the order of its bytes, whatever a disk can hold", async () => {
  for (const key of nasty) await put(key, key);
  const { keys, problems } = await keysIn();
  expect(keys).toEqual(nasty.toSorted(compareUtf8));
  expect(problems).toEqual([]);
  const folder = diskFolder(root);
  for (const key of nasty) {
    const file = await folder.open(key);
    expect(Buffer.from(await file.read()).toString()).toBe(key);
    await file.close();
  }
});

test("a key that is a file and a folder, in either order", async () => {
  await put("one");
  await put("one/below");
  await put("two/below");
  await put("two");
  await put("one/below", "again");
  expect((await keysIn()).keys).toEqual(["one", "one/below", "two", "two/below"]);
  expect((await readdir(root)).sort()).toEqual(["one", "one\u201b", "two", "two\u201b"]);
});

test("nothing leads out of the folder", async () => {
  await put("../outside");
  await put("a/../../outside");
  expect(await readdir(join(root, ".."))).not.toContain("outside");
});

test.each(nasty)("the names of %j for Windows are undone too", (key) => {
  const names = namesOf(key, "win32");
  // eslint-disable-next-line no-control-regex -- those are what Windows refuses
  for (const name of names) expect(name).not.toMatch(/[<>:"|?*\\\u0000-\u001f]|[. ]$/);
  const joined = names.reduce((path, name) => path + partOf(name) + (name.endsWith("\u201b~") ? "" : "/"), "");
  expect(joined.slice(0, -1)).toBe(key);
});

test("links are followed; loops, and what is no file, are left out and told", async () => {
  await put("data/a");
  await put("data/deep/b");
  await symlink("..", join(root, "data", "deep", "back"));
  await symlink("data/a", join(root, "link"));
  await symlink("data/deep", join(root, "folder"));
  await symlink("nowhere", join(root, "dangling"));
  const { keys, problems } = await keysIn();
  expect(keys).toEqual(["data/a", "data/deep/b", "folder/b", "link"]);
  expect(problems.map(({ key, isHarmless }) => `${key} ${isHarmless}`).sort()).toEqual([
    "dangling false",
    "data/deep/back true",
    "folder/back true",
  ]);
});

test("two links that lead to each other end", async () => {
  await mkdir(join(root, "x"));
  await mkdir(join(root, "y"));
  await symlink("../y", join(root, "x", "to-y"));
  await symlink("../x", join(root, "y", "to-x"));
  expect((await keysIn()).keys).toEqual([]);
});

test("a listing is in order across folders and pages", async () => {
  for (let n = 0; n < 2500; n++) await writeFile(join(root, `f${n}`), "");
  for (let n = 0; n < 40; n++) await put(`f${n}/below`);
  const { keys } = await keysIn();
  expect(keys).toHaveLength(2540);
  expect(keys).toEqual(keys.toSorted(compareUtf8));
});

test("a body that breaks leaves what was there, and nothing else", async () => {
  await put("a", "before");
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Error("lost");
  }
  for (const bytes of [4, 4_000_000])
    await expect(diskFolder(root).write("a", broken(), { bytes, modifiedMs: 0 })).rejects.toThrow("lost");
  expect(await readFile(join(root, "a"), "utf8")).toBe("before");
  expect(await readdir(root)).toEqual(["a"]);
});

test("only what is still the same is removed, with the folders that are empty then", async () => {
  const folder = diskFolder(root);
  await put("a/b/c");
  const entry = await folder.find("a/b/c");
  expect(entry).toMatchObject({ bytes: 1, modifiedMs: 1000 });
  if (entry === undefined) return;
  await utimes(join(root, "a/b/c"), 5, 5);
  expect(await folder.remove("a/b/c", entry)).toBe(false);
  await utimes(join(root, "a/b/c"), 1, 1);
  expect(await folder.remove("a/b/c", entry)).toBe(true);
  expect(await readdir(root)).toEqual([]);
});

test("a partial file is taken up by another process, for the same object alone", async () => {
  const folder = diskFolder(root);
  const parts = { identity: "s3://b/k etag1", bytes: 6 };
  const first = await folder.openPartial("big", parts);
  await first.write(bodyOf("def"), 3);
  await first.markDone(2, { start: 3, end: 5 });
  await first.leave({ discard: false });
  expect((await keysIn()).keys).toEqual([]);
  const second = await folder.openPartial("big", parts);
  expect([...second.done]).toEqual([2]);
  await second.write(bodyOf("abc"), 0);
  await second.commit(7000);
  expect(await readFile(join(root, "big"), "utf8")).toBe("abcdef");
  expect(await readdir(root)).toEqual(["big"]);
  const other = await folder.openPartial("big", { ...parts, identity: "s3://b/k etag2" });
  expect(other.done.size).toBe(0);
  await other.leave({ discard: true });
  expect(await readdir(root)).toEqual(["big"]);
});
