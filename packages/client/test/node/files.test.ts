import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localStore } from "../../src/node/local-store.ts";
import { localFile } from "../../src/node/read-file.ts";
import { isSafeFileName } from "../../src/node/safe-name.ts";
import { writeFileFrom } from "../../src/node/write-file.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "fedbucket-files-"))));
afterEach(async () => await rm(folder, { recursive: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("half");
  throw new RangeError("the source broke");
}

test("a file is replaced whole, keeping its permissions", async () => {
  const path = join(folder, "file");
  await writeFile(path, "before", { mode: 0o640 });
  await writeFileFrom(path, chunks("after", "", "wards"));
  expect(await readFile(path, "utf8")).toBe("afterwards");
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(await readdir(folder)).toEqual(["file"]);
});

test("a source that breaks leaves what was there, and nothing else", async () => {
  const path = join(folder, "file");
  await writeFile(path, "before");
  await expect(writeFileFrom(path, breaking())).rejects.toThrow("the source broke");
  await expect(writeFileFrom(join(folder, "new"), breaking())).rejects.toThrow("the source broke");
  expect(await readFile(path, "utf8")).toBe("before");
  expect(await readdir(folder)).toEqual(["file"]);
});

test("a link stays a link", async () => {
  await writeFile(join(folder, "target"), "before");
  await symlink("target", join(folder, "link"));
  await writeFileFrom(join(folder, "link"), chunks("after"));
  expect(await readFile(join(folder, "target"), "utf8")).toBe("after");
  expect((await readdir(folder)).sort()).toEqual(["link", "target"]);
});

test("a device is written, not replaced", async () => {
  await writeFileFrom("/dev/null", chunks("gone"));
  expect((await stat("/dev/null")).isFile()).toBe(false);
});

test("where nothing can be written, the reason is told", async () => {
  await expect(writeFileFrom(join(folder, "no", "file"), chunks("x"))).rejects.toMatchObject({
    code: "CANNOT_WRITE",
    message: expect.stringContaining("there is no such folder"),
  });
});

test("what can be sent: a file, and a pipe; not a folder, not what is not there", async () => {
  await writeFile(join(folder, "file"), "12345");
  expect(await localFile(join(folder, "file"))).toMatchObject({ kind: "file", body: { bytes: 5 } });
  expect((await localFile("/dev/null")).kind).toBe("stream");
  await expect(localFile(folder)).rejects.toMatchObject({ code: "IS_A_FOLDER", kind: "usage" });
  await expect(localFile(join(folder, "nope"))).rejects.toMatchObject({ code: "FILE_NOT_FOUND", kind: "not-found" });
});

test.each([
  ["file.txt", true, true],
  ["..hidden", true, true],
  ["", false, false],
  [".", false, false],
  ["..", false, false],
  ["a/b", false, false],
  ["a\0b", false, false],
  ["é".repeat(128), false, false],
  ["back\\slash", true, false],
  ["C:", true, false],
  ["name.", true, false],
  ["nul.txt", true, false],
  ["COM1", true, false],
  ["what?", true, false],
])("%j is a safe name of a file: on Linux %s, on Windows %s", (name, linux, windows) => {
  expect(isSafeFileName(name, "linux")).toBe(linux);
  expect(isSafeFileName(name, "win32")).toBe(windows);
});

test("a folder that is not there is a missing bucket, and is not made", async () => {
  const store = localStore(join(folder, "nope"));
  await expect(store.stat("x")).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
  await expect(store.putStream("x", chunks("x"))).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
  expect(await readdir(folder)).toEqual([]);
});

test("folders without files, and files under way, are not listed", async () => {
  await mkdir(join(folder, "empty/deeper"), { recursive: true });
  await writeFile(join(folder, ".fedbucket-0123"), "half");
  await writeFile(join(folder, "seen"), "x");
  const names: string[] = [];
  for await (const entry of localStore(folder).list({ delimiter: "/" })) names.push(JSON.stringify(entry));
  expect(names).toHaveLength(1);
  expect(names[0]).toContain('"seen"');
});
