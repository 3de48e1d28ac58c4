import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openStorage } from "../../src/storage/open.ts";
import { bodyOf, bytesOf, largeBytes, names, put, read, temporaryFolder } from "./storages.ts";

async function openedFolder(): Promise<{ folder: string; storage: Awaited<ReturnType<typeof openStorage>> }> {
  const folder = join(await temporaryFolder(), "deep", "data");
  const storage = await openStorage({ folder });
  await storage.createBucket({ name: "bucket", projectId: "p" });
  return { folder, storage };
}

test("what was put is there after closing and opening again", async () => {
  const { folder, storage } = await openedFolder();
  await put(storage, "small", "x", { metadata: { m: "1" } });
  await put(storage, "large", bytesOf(largeBytes));
  await storage.close();
  const again = await openStorage({ folder });
  expect(await names(again)).toEqual(["large", "small"]);
  expect((await read(again, "large")).equals(bytesOf(largeBytes))).toBe(true);
  expect((await again.stat("bucket", "small")).metadata).toEqual({ m: "1" });
  await put(again, "large", "now small");
  expect(await readdir(join(folder, "pieces"))).toEqual([]);
  await again.close();
});

test("only the owner may look at folder and files", async () => {
  const { folder, storage } = await openedFolder();
  await put(storage, "large", bytesOf(largeBytes));
  const files = await readdir(folder, { recursive: true });
  expect(files).toHaveLength(4);
  for (const name of ["", ...files]) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  await storage.close();
});

test("a folder that is open elsewhere is refused by name, and free again after closing", async () => {
  const { folder, storage } = await openedFolder();
  await expect(openStorage({ folder })).rejects.toMatchObject({
    code: "IN_USE",
    message: expect.stringContaining(folder),
  });
  await put(storage, "still", "works");
  await storage.close();
  await (await openStorage({ folder })).close();
});

test("a folder of the first format, which had no checksums, is taken over with its objects and uploads", async () => {
  const { folder, storage } = await openedFolder();
  await put(storage, "old", "x");
  const upload = { bucket: "bucket", key: "big" };
  const { uploadId } = await storage.createUpload({ ...upload, projectId: "p", system: {}, metadata: {} });
  await storage.putPart({ ...upload, uploadId, partNumber: 1, body: bodyOf("first") });
  await storage.close();
  const index = new DatabaseSync(join(folder, "index.sqlite"));
  index.exec("alter table part drop column checksum; pragma user_version = 1");
  index.close();
  const again = await openStorage({ folder });
  expect(await again.stat("bucket", "old")).not.toHaveProperty("checksum");
  const checksum = { algorithm: "crc32", value: "AAAAAA==" } as const;
  await again.putPart({ ...upload, uploadId, partNumber: 2, body: bodyOf("second"), checksum: () => checksum });
  const { parts } = await again.listParts({ ...upload, uploadId, after: 0, limit: 10 });
  expect(parts.map((part) => part.checksum)).toEqual([undefined, checksum]);
  await again.close();
});

test("a folder of a later format is refused and left alone", async () => {
  const { folder, storage } = await openedFolder();
  await storage.close();
  const index = new DatabaseSync(join(folder, "index.sqlite"));
  index.exec("pragma user_version = 99");
  index.close();
  await expect(openStorage({ folder })).rejects.toMatchObject({
    code: "NEWER_FORMAT",
    message: expect.stringContaining("99"),
  });
});

test("a file that is no index is refused and left alone", async () => {
  const folder = await temporaryFolder();
  const text = "not a database, ".repeat(100);
  await writeFile(join(folder, "index.sqlite"), text);
  await expect(openStorage({ folder })).rejects.toMatchObject({ code: "DAMAGED" });
  expect((await stat(join(folder, "index.sqlite"))).size).toBe(text.length);
});

test("a folder that cannot be made is refused by name", async () => {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  await expect(openStorage({ folder: join(file, "data") })).rejects.toMatchObject({ code: "NO_ACCESS" });
});

test("files that no object owns are removed when the folder is opened", async () => {
  const { folder, storage } = await openedFolder();
  await put(storage, "large", bytesOf(largeBytes));
  await storage.close();
  await writeFile(join(folder, "pieces", "4711"), "half an upload");
  const again = await openStorage({ folder });
  expect(await readdir(join(folder, "pieces"))).toHaveLength(1);
  expect((await read(again, "large")).equals(bytesOf(largeBytes))).toBe(true);
  await again.close();
});

test("deleting, overwriting and failing leave no files", async () => {
  const { folder, storage } = await openedFolder();
  const pieces = (): Promise<string[]> => readdir(join(folder, "pieces"));
  await put(storage, "a", bytesOf(largeBytes));
  await storage.copy({ from: { bucket: "bucket", key: "a" }, to: { bucket: "bucket", key: "b" } });
  expect(await pieces()).toHaveLength(1);
  await put(storage, "a", bytesOf(largeBytes, "other"));
  expect(await pieces()).toHaveLength(2);
  const verify = (): void => {
    throw new RangeError("no");
  };
  await expect(put(storage, "c", bytesOf(largeBytes), { verify })).rejects.toThrow("no");
  expect(await pieces()).toHaveLength(2);
  await storage.remove("bucket", "a");
  await storage.remove("bucket", "b");
  expect(await pieces()).toEqual([]);
  await storage.close();
});

test("a file that is being read goes when the read ends", async () => {
  const { folder, storage } = await openedFolder();
  await put(storage, "a", bytesOf(3_000_000));
  const reading = (await storage.open("bucket", "a")).read()[Symbol.asyncIterator]();
  await reading.next();
  await storage.remove("bucket", "a");
  expect(await readdir(join(folder, "pieces"))).toHaveLength(1);
  await reading.return?.();
  await expect.poll(() => readdir(join(folder, "pieces"))).toEqual([]);
  await storage.close();
});

test("two storages in memory share nothing", async () => {
  const [one, two] = await Promise.all([openStorage({ memory: true }), openStorage({ memory: true })]);
  await one.createBucket({ name: "bucket", projectId: "p" });
  expect(await two.findBucket("bucket")).toBeUndefined();
  await Promise.all([one.close(), two.close()]);
});
