import { describe, expect, test } from "vitest";
import type { PartRecord, Storage } from "../../src/storage/storage.ts";
import { bodyOf, bytesOf, collect, failure, kinds, md5, put, read } from "./storages.ts";

const mebibyte = 1024 * 1024;
const part = bytesOf(5 * mebibyte, "part");
const here = { bucket: "bucket", key: "big" };

async function start(storage: Storage, key = "big"): Promise<string> {
  const request = { bucket: "bucket", key, projectId: "project", contentType: "a/b", system: {}, metadata: { m: "1" } };
  return (await storage.createUpload(request)).uploadId;
}

function send(storage: Storage, uploadId: string, partNumber: number, bytes: Uint8Array): Promise<PartRecord> {
  return storage.putPart({ ...here, uploadId, partNumber, body: bodyOf(bytes) });
}

describe.each(kinds)("uploads $kind", ({ open }) => {
  test("parts become one object, in their order", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    const last = await send(storage, uploadId, 7, Buffer.from("end"));
    const first = await send(storage, uploadId, 2, part);
    expect(await failure(storage.stat("bucket", "big"))).toBe("NO_SUCH_KEY");
    const object = await storage.completeUpload({ ...here, uploadId, parts: [first, last] });
    const digests = [md5(part), md5("end")].map((digest) => Buffer.from(digest, "hex"));
    const etag = `${md5(...digests)}-2`;
    expect(object).toMatchObject({
      key: "big",
      etag,
      bytes: part.length + 3,
      contentType: "a/b",
      metadata: { m: "1" },
    });
    expect((await read(storage, "big")).equals(Buffer.concat([part, Buffer.from("end")]))).toBe(true);
    const range = { start: part.length - 2, end: part.length + 2 };
    const across = await collect((await storage.open("bucket", "big")).read(range));
    expect(across.equals(Buffer.concat([part.subarray(-2), Buffer.from("en")]))).toBe(true);
    expect(await storage.findBucket("bucket")).toMatchObject({ objects: 1, bytes: part.length + 3 });
    expect(await failure(storage.completeUpload({ ...here, uploadId, parts: [first, last] }))).toBe("NO_SUCH_UPLOAD");
  });

  test("a part sent again replaces the one before, and parts not named are dropped", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    const old = await send(storage, uploadId, 1, Buffer.from("old"));
    const now = await send(storage, uploadId, 1, Buffer.from("new"));
    await send(storage, uploadId, 2, Buffer.from("unused"));
    expect(await failure(storage.completeUpload({ ...here, uploadId, parts: [old] }))).toBe("INVALID_PART");
    await storage.completeUpload({ ...here, uploadId, parts: [now] });
    expect((await read(storage, "big")).toString()).toBe("new");
  });

  test("a copy of a multipart object outlives it", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    const parts = [await send(storage, uploadId, 1, part), await send(storage, uploadId, 2, Buffer.from("end"))];
    const { etag } = await storage.completeUpload({ ...here, uploadId, parts });
    const copy = await storage.copy({ from: here, to: { bucket: "bucket", key: "copy" } });
    expect(copy.etag).toBe(etag);
    await storage.remove("bucket", "big");
    expect((await read(storage, "copy")).equals(Buffer.concat([part, Buffer.from("end")]))).toBe(true);
  });

  test("completion refuses wrong lists and keeps the upload", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    const small = await send(storage, uploadId, 1, Buffer.from("small"));
    const big = await send(storage, uploadId, 2, part);
    const complete = (parts: readonly PartRecord[]): Promise<string | undefined> =>
      failure(storage.completeUpload({ ...here, uploadId, parts }));
    expect(await complete([])).toBe("INVALID_PART");
    expect(await complete([{ ...big, partNumber: 3 }])).toBe("INVALID_PART");
    expect(await complete([{ ...big, etag: small.etag }])).toBe("INVALID_PART");
    expect(await complete([big, small])).toBe("INVALID_PART_ORDER");
    expect(await complete([big, big])).toBe("INVALID_PART_ORDER");
    expect(await complete([small, big])).toBe("PART_TOO_SMALL");
    expect(await complete([big])).toBeUndefined();
  });

  test("completion under a condition", async () => {
    const storage = await open();
    await put(storage, "big", "there");
    const uploadId = await start(storage);
    const parts = [await send(storage, uploadId, 1, Buffer.from("x"))];
    const condition = { ifNoneMatch: "*" } as const;
    const refused = failure(storage.completeUpload({ ...here, uploadId, parts, condition }));
    expect(await refused).toBe("PRECONDITION_FAILED");
    await storage.completeUpload({ ...here, uploadId, parts });
    expect((await read(storage, "big")).toString()).toBe("x");
  });

  test("verify sees a part before it counts", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    const verify = (): void => {
      throw new RangeError("bad digest");
    };
    const sent = storage.putPart({ ...here, uploadId, partNumber: 1, body: bodyOf(part), verify });
    await expect(sent).rejects.toThrow("bad digest");
    const { parts } = await storage.listParts({ ...here, uploadId, after: 0, limit: 10 });
    expect(parts).toEqual([]);
  });

  test("listParts pages by number", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    for (const number of [3, 1, 2]) await send(storage, uploadId, number, Buffer.from(`${number}`));
    const first = await storage.listParts({ ...here, uploadId, after: 0, limit: 2 });
    expect(first.parts).toMatchObject([{ partNumber: 1, bytes: 1, etag: md5("1") }, { partNumber: 2 }]);
    expect(first.truncated).toBe(true);
    expect(first.upload).toMatchObject({ uploadId, key: "big", projectId: "project", contentType: "a/b" });
    const rest = await storage.listParts({ ...here, uploadId, after: 2, limit: 2 });
    expect(rest.parts.map(({ partNumber }) => partNumber)).toEqual([3]);
    expect(rest.truncated).toBe(false);
  });

  test("an aborted upload is gone", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    await send(storage, uploadId, 1, part);
    await storage.abortUpload("bucket", "big", uploadId);
    expect(await failure(send(storage, uploadId, 2, part))).toBe("NO_SUCH_UPLOAD");
    expect(await failure(storage.abortUpload("bucket", "big", uploadId))).toBe("NO_SUCH_UPLOAD");
    expect(await failure(storage.listParts({ ...here, uploadId, after: 0, limit: 1 }))).toBe("NO_SUCH_UPLOAD");
  });

  test("an upload belongs to its key", async () => {
    const storage = await open();
    const uploadId = await start(storage);
    expect(await failure(storage.abortUpload("bucket", "other", uploadId))).toBe("NO_SUCH_UPLOAD");
    expect(await failure(storage.abortUpload("none", "big", uploadId))).toBe("NO_SUCH_BUCKET");
  });

  test("listUploads by key, then by start", async () => {
    const storage = await open();
    const ids = [await start(storage, "b"), await start(storage, "a"), await start(storage, "c/x")];
    const all = await storage.listUploads({ bucket: "bucket", limit: 10 });
    expect(all.uploads.map(({ uploadId }) => uploadId)).toEqual([ids[1], ids[0], ids[2]]);
    const page = await storage.listUploads({ bucket: "bucket", limit: 1 });
    expect(page).toMatchObject({ uploads: [{ key: "a" }], truncated: true });
    const byKey = await storage.listUploads({ bucket: "bucket", after: { key: "a" }, limit: 1 });
    expect(byKey.uploads).toMatchObject([{ key: "b" }]);
    const again = await start(storage, "b");
    const [first, second] = (await storage.listUploads({ bucket: "bucket", prefix: "b", limit: 2 })).uploads;
    const byId = await storage.listUploads({
      bucket: "bucket",
      after: { key: "b", uploadId: first!.uploadId },
      limit: 1,
    });
    expect(new Set([first!.uploadId, second!.uploadId])).toEqual(new Set([ids[0], again]));
    expect(byId.uploads).toMatchObject([{ key: "b", uploadId: second!.uploadId }]);
    const prefixed = await storage.listUploads({ bucket: "bucket", prefix: "c/", limit: 10 });
    expect(prefixed).toMatchObject({ uploads: [{ key: "c/x" }], truncated: false });
  });
});
