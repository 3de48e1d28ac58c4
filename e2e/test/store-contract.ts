import { createHash, randomBytes } from "node:crypto";
import { type ObjectInfo, type PrefixInfo, type RequestBody, type Store, type StoreErrorCode } from "@fedbucket/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

export interface ContractOptions {
  /** Whether content types and metadata come back. Default true. */
  readonly keepsHeaders?: boolean;
  /** Default true. */
  readonly putIfAbsent?: boolean;
  /** Keys that are no safe path on this machine: `..`, empty parts. Default true. */
  readonly takesAnyKey?: boolean;
  /** Of these, the ones that a store refuses. Default: none. */
  readonly refusedKeys?: readonly string[];
  /** Of these, the ones that a store keeps under another name. Default: none. */
  readonly changedKeys?: readonly string[];
  /** Whether `o/a` and `o/a/1` are listed side by side. Default: what `takesAnyKey` says. */
  readonly keepsBelowObjects?: boolean;
  /** More than one page of a listing. */
  readonly manyKeys: number;
  /** More than one part of an upload. */
  readonly largeBytes: number;
}

/** Names that break what is careless with quoting, encoding, paths or order. */
const nastyKeys = [
  "hello? sausage/êé/Hello, 世界/ \" ' @ < > & ? + ≠/z.txt",
  "a b+c%20d%2Fe&f=g;h#i",
  " leading and trailing ",
  "tab\tnewline\nreturn\rbell\u0007",
  "()*!'~-._$,:=@",
  "𝒶 beyond U+FFFF",
  "\ufb01 between U+E000 and U+FFFF",
  "<Key>&amp;</Key>]]>",
  "back\\slash",
  "..hidden",
  "é precomposed",
  "e\u0301 decomposed",
  `${"long/".repeat(200)}${"x".repeat(24)}`,
];

const keysThatAreNoPaths = ["/leading", "a//b", "../up", "a/../b", "./dot", "trailing/", "name", "name/below"];

/** What every {@link Store} promises. `open` gives an empty one. */
export function storeContract(
  name: string,
  open: () => Promise<{ store: Store; close?: () => Promise<void> }>,
  options: ContractOptions,
): void {
  const { keepsHeaders = true, putIfAbsent = true, takesAnyKey = true, refusedKeys = [], changedKeys = [] } = options;
  const { keepsBelowObjects = takesAnyKey } = options;
  const keys = [...nastyKeys, ...(takesAnyKey ? keysThatAreNoPaths : [])];

  describe(`a store: ${name}`, () => {
    let store: Store;
    let close: (() => Promise<void>) | undefined;
    beforeAll(async () => void ({ store, close } = await open()));
    afterAll(async () => await close?.());

    test.each(refusedKeys)("a key that the store does not take is refused: %j", async (key) => {
      await expect(store.put(key, bodyOf("x"))).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
    });

    test.each(keys.filter((key) => ![...refusedKeys, ...changedKeys].includes(key)))(
      "an object named %j goes there and back",
      async (key) => {
        const bytes = Buffer.from(`I am ${key}`);
        const put = await store.put(key, bodyOf(bytes));
        expect(put).toMatchObject({ kind: "object", key, bytes: bytes.length });
        expect(await store.stat(key)).toMatchObject({ key, bytes: bytes.length, etag: put.etag });
        const got = await store.get(key);
        expect(got.info).toMatchObject({ key, bytes: bytes.length, etag: put.etag });
        expect(await bytesOf(got.body)).toEqual(bytes);
        expect((await namesIn(store, { prefix: key })).at(0)).toBe(key);
        await store.remove(key);
        await expect(store.stat(key)).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
        expect(await namesIn(store, { prefix: key })).not.toContain(key);
      },
    );

    test.each(takesAnyKey ? [] : keysThatAreNoPaths.slice(0, 6))(
      "a key that would leave the folder is refused: %j",
      async (key) => {
        await expect(store.put(key, bodyOf("x"))).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
        await expect(store.stat(key)).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
        await expect(store.get(key)).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
        await expect(store.remove(key)).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
      },
    );

    test("a key of no bytes or more than 1,024 is refused", async () => {
      await expect(store.put("", bodyOf("x"))).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
      await expect(store.put("é".repeat(513), bodyOf("x"))).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
      await expect(store.remove("")).rejects.toMatchObject(refusal("STORE_BAD_NAME"));
    });

    test("a put tells what a stat tells", async () => {
      const bytes = randomBytes(70_000);
      const put = await store.put("told", bodyOf(bytes));
      const stat = await store.stat("told");
      expect(stat.etag).toBe(put.etag);
      expect(Math.abs(stat.modifiedAt.getTime() - put.modifiedAt.getTime())).toBeLessThan(5000);
    });

    test.each(keepsHeaders ? [0, 70_000] : [])("the ETag of %d bytes is their MD5", async (length) => {
      const bytes = randomBytes(length);
      const put = await store.put("summed", bodyOf(bytes));
      expect(put.etag).toBe(createHash("md5").update(bytes).digest("hex"));
    });

    test("an empty object", async () => {
      await store.put("empty", bodyOf(""));
      expect((await store.stat("empty")).bytes).toBe(0);
      expect(await bytesOf((await store.get("empty")).body)).toEqual(Buffer.alloc(0));
      await store.putStream("empty-stream", chunks());
      expect((await store.stat("empty-stream")).bytes).toBe(0);
    });

    test("a put replaces what was there", async () => {
      await store.put("twice", bodyOf("first"));
      await store.put("twice", bodyOf("second, longer"));
      expect(String(await bytesOf((await store.get("twice")).body))).toBe("second, longer");
    });

    test.each(keepsHeaders ? [{ colour: "blue", "with-dash": "a b", unicode: "Grüße 世界" }] : [])(
      "a content type and the metadata %j come back",
      async (metadata) => {
        await store.put("described", bodyOf("x"), { contentType: "text/x-test", metadata });
        const { contentType, metadata: got } = await store.stat("described");
        expect(contentType).toBe("text/x-test");
        expect(got).toEqual(metadata);
        expect((await store.get("described")).info.metadata).toEqual(metadata);
      },
    );

    test("a stream of small pieces", async () => {
      const info = await store.putStream("streamed", chunks("one ", "", "two ", "three"));
      expect(info.bytes).toBe(13);
      expect(String(await bytesOf((await store.get("streamed")).body))).toBe("one two three");
    });

    test("a large stream comes back byte for byte", async () => {
      const sent = createHash("sha256");
      async function* large(): AsyncGenerator<Uint8Array> {
        for (let left = options.largeBytes; left > 0; left -= 1_000_003) {
          const chunk = randomBytes(Math.min(left, 1_000_003));
          sent.update(chunk);
          yield chunk;
        }
      }
      const put = await store.putStream("large", large());
      expect(put.bytes).toBe(options.largeBytes);
      const stat = await store.stat("large");
      expect(stat).toMatchObject({ bytes: options.largeBytes, etag: put.etag });
      const got = createHash("sha256");
      for await (const chunk of (await store.get("large")).body) got.update(chunk);
      expect(got.digest("hex")).toBe(sent.digest("hex"));
      await store.remove("large");
    });

    test("a stream that breaks leaves nothing, and what was there", async () => {
      async function* breaking(): AsyncGenerator<Uint8Array> {
        yield randomBytes(options.largeBytes);
        throw new RangeError("the source broke");
      }
      await expect(store.putStream("broken", breaking())).rejects.toThrow("the source broke");
      await expect(store.stat("broken")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
      expect(await namesIn(store, { prefix: "broken" })).toEqual([]);
      await store.put("kept", bodyOf("as before"));
      await expect(store.putStream("kept", breaking())).rejects.toThrow("the source broke");
      expect(String(await bytesOf((await store.get("kept")).body))).toBe("as before");
    });

    test("an upload that is aborted leaves nothing", async () => {
      const stop = new AbortController();
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (let sent = 0; ; sent += 1_000_000) {
          if (sent > options.largeBytes) stop.abort(new RangeError("stopped by the person"));
          stop.signal.throwIfAborted();
          yield randomBytes(1_000_000);
        }
      }
      await expect(store.putStream("aborted", endless(), { signal: stop.signal })).rejects.toThrow(
        "stopped by the person",
      );
      await expect(store.stat("aborted")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
    });

    test("ranges: both ends are included", async () => {
      await store.put("digits", bodyOf("0123456789"));
      const range = async (start: number, end?: number): Promise<string> => {
        const { info, body } = await store.get("digits", { range: { start, ...(end === undefined ? {} : { end }) } });
        expect(info.bytes).toBe(10);
        return String(await bytesOf(body));
      };
      expect(await range(0, 0)).toBe("0");
      expect(await range(3, 5)).toBe("345");
      expect(await range(7)).toBe("789");
      expect(await range(8, 100)).toBe("89");
    });

    test("ifMatch reads only what has not changed", async () => {
      const first = await store.put("matched", bodyOf("first"));
      expect(String(await bytesOf((await store.get("matched", { ifMatch: first.etag })).body))).toBe("first");
      await store.put("matched", bodyOf("second, longer"));
      await expect(store.get("matched", { ifMatch: first.etag })).rejects.toMatchObject(refusal("STORE_CHANGED"));
    });

    test.each(putIfAbsent ? ["STORE_EXISTS" as const] : ["STORE_FAILED" as const])(
      "ifAbsent does not overwrite: %s",
      async (code) => {
        await store.put("only-once", bodyOf("mine"));
        await expect(store.put("only-once", bodyOf("yours"), { ifAbsent: true })).rejects.toMatchObject(refusal(code));
        const large = chunks(randomBytes(options.largeBytes));
        await expect(store.putStream("only-once", large, { ifAbsent: true })).rejects.toMatchObject(refusal(code));
        expect(String(await bytesOf((await store.get("only-once")).body))).toBe("mine");
        expect(store.features.putIfAbsent).toBe(putIfAbsent);
      },
    );

    test.each(putIfAbsent ? ["not-yet"] : [])("ifAbsent stores what is not there: %s", async (key) => {
      await store.put(key, bodyOf("new"), { ifAbsent: true });
      expect((await store.stat(key)).bytes).toBe(3);
    });

    test("what is not there", async () => {
      await expect(store.stat("nope")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
      await expect(store.get("nope")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
      await store.remove("nope");
      expect(await namesIn(store, { prefix: "nope" })).toEqual([]);
    });

    test("a listing is in UTF-8 order, with groups up to the delimiter", async () => {
      const keys = ["o/a", "o/a.txt", "o/a/1", "o/a/2/3", "o/b/1", "o/é", "o/\ufb01", "o/😀", "o/~"];
      const possible = keepsBelowObjects ? keys : keys.filter((key) => key !== "o/a");
      for (const key of possible) await store.put(key, bodyOf("x"));
      const sorted = possible.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await namesIn(store, { prefix: "o/" })).toEqual(sorted);
      expect(await namesIn(store, { prefix: "o/", after: "o/a/1" })).toEqual(sorted.slice(sorted.indexOf("o/a/1") + 1));
      const level = await namesIn(store, { prefix: "o/", delimiter: "/" });
      const expected = ["o/a", "o/a.txt", "o/a/", "o/b/", "o/~", "o/é", "o/\ufb01", "o/😀"];
      expect(level).toEqual(expected.filter((key) => keepsBelowObjects || key !== "o/a"));
      expect(await namesIn(store, { prefix: "o/a/", delimiter: "/" })).toEqual(["o/a/1", "o/a/2/"]);
    });

    test("a listing of several pages has every key once, and so have its groups", async () => {
      const width = String(options.manyKeys).length;
      const keys = Array.from({ length: options.manyKeys }, (_, at) => `many/${String(at).padStart(width, "0")}/x`);
      await inBatches(keys, 32, async (key) => void (await store.put(key, bodyOf(""))));
      expect(await namesIn(store, { prefix: "many/" })).toEqual(keys);
      expect(await namesInPages(store, { prefix: "many/" })).toEqual(keys);
      expect(await namesInPages(store, { prefix: "many/", after: keys[7] ?? "" })).toEqual(keys.slice(8));
      const groups = await namesIn(store, { prefix: "many/", delimiter: "/" });
      expect(groups).toEqual(keys.map((key) => key.slice(0, -1)));
    });
  });
}

export function bodyOf(bytes: string | Uint8Array): RequestBody {
  const buffer = Buffer.from(bytes);
  return { bytes: buffer.length, open: () => chunks(buffer) };
}

export async function* chunks(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a {@link StoreError} with this code looks like. */
export const refusal = (code: StoreErrorCode): object => ({ name: "StoreError", code });

/** As large listings are read, where a store has them so. */
async function namesInPages(store: Store, options: { prefix: string; after?: string }): Promise<string[]> {
  if (store.pages === undefined) return await namesIn(store, options);
  const names: string[] = [];
  for await (const page of store.pages(options)) for (const { key } of page) names.push(key);
  return names;
}

async function namesIn(store: Store, options: Parameters<Store["list"]>[0]): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of store.list(options)) names.push(nameOf(entry));
  return names;
}

const nameOf = (entry: ObjectInfo | PrefixInfo): string => (entry.kind === "prefix" ? entry.prefix : entry.key);

async function inBatches<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += width) await Promise.all(items.slice(at, at + width).map(work));
}
