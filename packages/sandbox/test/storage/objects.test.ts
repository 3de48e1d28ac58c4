import { describe, expect, test } from "vitest";
import { bodyOf, bytesOf, collect, failure, kinds, largeBytes, md5, put, read } from "./storages.ts";

const nastyNames = [
  "hello? sausage/êé/Hello, 世界/ \" ' @ < > & ? + ≠/z.txt",
  "../../etc/passwd",
  "/leading",
  "//double//",
  ".",
  "..",
  "trailing/",
  "line\nbreak\ttab\u0001\u007f",
  "nul\u0000inside",
  "%2e%2e%2f",
  "𝄞",
  "é".repeat(512),
];

describe.each(kinds)("objects $kind", ({ open }) => {
  test.each([0, 1, 65_536, 131_072, 131_073, largeBytes, 3_000_000])("%i bytes come back whole", async (length) => {
    const storage = await open();
    const bytes = bytesOf(length);
    const object = await put(storage, "key", bytes);
    expect(object).toMatchObject({ key: "key", bytes: length, etag: md5(bytes) });
    expect(await storage.stat("bucket", "key")).toEqual(object);
    expect((await read(storage, "key")).equals(bytes)).toBe(true);
  });

  test("a body in many small chunks comes back whole", async () => {
    const storage = await open();
    const bytes = bytesOf(2_500_000);
    const chunks = Array.from({ length: 2500 }, (_, at) => bytes.subarray(at * 1000, (at + 1) * 1000));
    await storage.put({ bucket: "bucket", key: "key", body: bodyOf(...chunks), system: {}, metadata: {} });
    expect((await read(storage, "key")).equals(bytes)).toBe(true);
  });

  test.each(nastyNames)("the name %j is kept as it is", async (name) => {
    const storage = await open();
    await put(storage, name, "x");
    expect((await storage.stat("bucket", name)).key).toBe(name);
    const { entries } = await storage.list({ bucket: "bucket", limit: 10 });
    expect(entries).toMatchObject([{ key: name }]);
    expect(await storage.remove("bucket", name)).toBe(true);
  });

  test("headers and metadata are kept, and left out where none were given", async () => {
    const storage = await open();
    const headers = { contentType: "text/plain", system: { "cache-control": "no-store" }, metadata: { "a-b": "é" } };
    await put(storage, "with", "x", headers);
    await put(storage, "without", "x");
    expect(await storage.stat("bucket", "with")).toMatchObject(headers);
    expect(await storage.stat("bucket", "without")).not.toHaveProperty("contentType");
  });

  test("updateObject replaces what is said, not the bytes", async () => {
    const storage = await open();
    await put(storage, "key", "abc", { contentType: "a/b", metadata: { old: "1" } });
    await storage.updateObject("bucket", "key", { system: {}, metadata: { new: "2" } });
    const object = await storage.stat("bucket", "key");
    expect(object).toMatchObject({ metadata: { new: "2" }, bytes: 3, etag: md5("abc") });
    expect(object.contentType).toBeUndefined();
    expect((await read(storage, "key")).toString()).toBe("abc");
  });

  test.each([
    { what: "small", length: 1000 },
    { what: "large", length: 3_000_000 },
  ])("ranges of a $what object", async ({ length }) => {
    const storage = await open();
    const bytes = bytesOf(length);
    await put(storage, "key", bytes);
    const ranges = [
      [0, 1],
      [0, length],
      [length - 1, length],
      [17, 999],
      [5, 5],
    ] as const;
    for (const [start, end] of ranges) {
      const opened = await storage.open("bucket", "key");
      expect((await collect(opened.read({ start, end }))).equals(bytes.subarray(start, end))).toBe(true);
    }
  });

  test.each([
    { what: "small", length: 1000 },
    { what: "large", length: 3_000_000 },
  ])("a $what object opened before an overwrite or a delete is read as it was", async ({ length }) => {
    const storage = await open();
    const bytes = bytesOf(length);
    await put(storage, "key", bytes);
    const before = await storage.open("bucket", "key");
    await put(storage, "key", "new");
    const early = before.read()[Symbol.asyncIterator]();
    const first = await early.next();
    await storage.remove("bucket", "key");
    const rest = await collect({ [Symbol.asyncIterator]: () => early });
    expect(Buffer.concat([first.value as Uint8Array, rest]).equals(bytes)).toBe(true);
    expect(await failure(storage.open("bucket", "key"))).toBe("NO_SUCH_KEY");
  });

  test("a read that stops early leaves the object readable", async () => {
    const storage = await open();
    const bytes = bytesOf(3_000_000);
    await put(storage, "key", bytes);
    for await (const chunk of (await storage.open("bucket", "key")).read()) if (chunk.length > 0) break;
    expect((await read(storage, "key")).equals(bytes)).toBe(true);
  });

  test("what is not there is named", async () => {
    const storage = await open();
    expect(await failure(storage.stat("bucket", "none"))).toBe("NO_SUCH_KEY");
    expect(await failure(storage.stat("none", "key"))).toBe("NO_SUCH_BUCKET");
    expect(await failure(put(storage, "key", "x", { bucket: "none" }))).toBe("NO_SUCH_BUCKET");
    expect(await failure(storage.updateObject("bucket", "none", { system: {}, metadata: {} }))).toBe("NO_SUCH_KEY");
    expect(await storage.remove("bucket", "none")).toBe(false);
    expect(await failure(storage.remove("none", "key"))).toBe("NO_SUCH_BUCKET");
  });
});

describe.each(kinds)("puts that fail $kind", ({ open }) => {
  test.each([10, largeBytes])("verify throws after %i bytes: nothing changes", async (length) => {
    const storage = await open();
    await put(storage, "key", "old");
    const verify = (stored: { etag: string; bytes: number }): void => {
      expect(stored).toEqual({ etag: md5(bytesOf(length)), bytes: length });
      throw new RangeError("bad digest");
    };
    await expect(put(storage, "key", bytesOf(length), { verify })).rejects.toThrow("bad digest");
    expect((await read(storage, "key")).toString()).toBe("old");
  });

  test.each([10, largeBytes])("the body breaks after %i bytes: nothing changes", async (length) => {
    const storage = await open();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytesOf(length);
      throw new RangeError("connection lost");
    }
    await expect(put(storage, "key", "", { body: broken() })).rejects.toThrow("connection lost");
    expect(await failure(storage.stat("bucket", "key"))).toBe("NO_SUCH_KEY");
    expect(await storage.findBucket("bucket")).toMatchObject({ objects: 0, bytes: 0 });
  });

  test("conditions on the object that is there", async () => {
    const storage = await open();
    expect(await failure(put(storage, "key", "1", { condition: { ifMatch: "*" } }))).toBe("PRECONDITION_FAILED");
    expect(await failure(put(storage, "key", "1", { condition: { ifMatch: ["no"] } }))).toBe("PRECONDITION_FAILED");
    const { etag } = await put(storage, "key", "1", { condition: { ifNoneMatch: "*" } });
    expect(await failure(put(storage, "key", "2", { condition: { ifNoneMatch: "*" } }))).toBe("PRECONDITION_FAILED");
    expect(await failure(put(storage, "key", "2", { condition: { ifNoneMatch: [etag] } }))).toBe("PRECONDITION_FAILED");
    await put(storage, "key", "2", { condition: { ifMatch: ["no", etag] } });
    await put(storage, "key", "3", { condition: { ifNoneMatch: [etag] } });
    expect((await read(storage, "key")).toString()).toBe("3");
  });

  test("of many puts that ask for a new key one succeeds", async () => {
    const storage = await open();
    const puts = Array.from({ length: 20 }, (_, at) =>
      failure(put(storage, "key", `${at}`, { condition: { ifNoneMatch: "*" } })),
    );
    const answers = await Promise.all(puts);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
  });
});

describe.each(kinds)("copies $kind", ({ open }) => {
  test.each([10, largeBytes])("a copy of %i bytes outlives its source", async (length) => {
    const storage = await open();
    const bytes = bytesOf(length);
    await storage.createBucket({ name: "other", projectId: "p" });
    await put(storage, "a", bytes, { contentType: "a/b", metadata: { m: "1" } });
    const copy = await storage.copy({ from: { bucket: "bucket", key: "a" }, to: { bucket: "other", key: "b" } });
    expect(copy).toMatchObject({ key: "b", etag: md5(bytes), bytes: length, contentType: "a/b", metadata: { m: "1" } });
    await storage.remove("bucket", "a");
    expect((await read(storage, "b", "other")).equals(bytes)).toBe(true);
    await storage.remove("other", "b");
    expect(await storage.findBucket("other")).toMatchObject({ objects: 0, bytes: 0 });
  });

  test.each([10, largeBytes])("an object of %i bytes copied onto itself takes new headers", async (length) => {
    const storage = await open();
    await put(storage, "a", bytesOf(length), { metadata: { m: "1" } });
    const here = { bucket: "bucket", key: "a" };
    await storage.copy({ from: here, to: here, headers: { system: {}, metadata: { m: "2" } } });
    expect((await storage.stat("bucket", "a")).metadata).toEqual({ m: "2" });
    expect((await read(storage, "a")).equals(bytesOf(length))).toBe(true);
  });

  test("conditions and missing ends", async () => {
    const storage = await open();
    await put(storage, "a", "1");
    const to = { bucket: "bucket", key: "b" };
    const from = { bucket: "bucket", key: "a" };
    expect(await failure(storage.copy({ from: { ...from, key: "no" }, to }))).toBe("NO_SUCH_KEY");
    expect(await failure(storage.copy({ from: { ...from, bucket: "no" }, to }))).toBe("NO_SUCH_BUCKET");
    expect(await failure(storage.copy({ from, to: { ...to, bucket: "no" } }))).toBe("NO_SUCH_BUCKET");
    const condition = { ifMatch: ["no"] };
    expect(await failure(storage.copy({ from: { ...from, condition }, to }))).toBe("PRECONDITION_FAILED");
    expect(await failure(storage.stat("bucket", "b"))).toBe("NO_SUCH_KEY");
  });
});
