import { type Crypto, hex } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import { StoreError } from "./error.ts";
import { inWords } from "./failures.ts";
import { grouped } from "./grouped.ts";
import { checkKey } from "./names.ts";
import { compareUtf8 } from "./order.ts";
import type { GetOptions, ObjectInfo, PutOptions, Store } from "./store.ts";

export interface MemoryStoreOptions {
  readonly crypto: Crypto;
  readonly now: () => Date;
}

interface Kept {
  readonly info: ObjectInfo;
  readonly bytes: Uint8Array;
}

/** A bucket in memory, for tests and for trying things out. */
export function memoryStore({ crypto, now }: MemoryStoreOptions): Store {
  const objects = new Map<string, Kept>();

  const find = (key: string): Kept => {
    checkKey(key);
    const kept = objects.get(key);
    if (kept === undefined) throw new StoreError("STORE_NOT_FOUND", `there is no object ${inWords({ bucket: key })}`);
    return kept;
  };

  const store: Store = {
    features: { maxPutBytes: Number.MAX_SAFE_INTEGER, putIfAbsent: true },

    async *list(options = {}) {
      const { prefix = "", after } = options;
      const listed = [...objects.values()]
        .map(({ info }) => info)
        .filter(({ key }) => key.startsWith(prefix) && (after === undefined || compareUtf8(key, after) > 0))
        .sort((a, b) => compareUtf8(a.key, b.key));
      yield* grouped(listed, options);
    },

    async stat(key) {
      return find(key).info;
    },

    async get(key, { range, ifMatch }: GetOptions = {}) {
      const { info, bytes } = find(key);
      if (ifMatch !== undefined && ifMatch !== info.etag)
        throw new StoreError("STORE_CHANGED", `${inWords({ bucket: key })} has changed meanwhile`);
      const end = range?.end === undefined ? undefined : range.end + 1;
      return { info, isChecked: false, body: oneChunk(bytes.subarray(range?.start ?? 0, end)) };
    },

    put: async (key, body, options) => await store.putStream(key, opened(body), options),

    async putStream(key, stream, { contentType, metadata = {}, ifAbsent }: PutOptions = {}) {
      checkKey(key);
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of stream) chunks.push(chunk.slice());
      const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
      if (ifAbsent === true && objects.has(key))
        throw new StoreError("STORE_EXISTS", `${inWords({ bucket: key })} exists already`);
      const md5 = crypto.md5();
      md5.update(bytes);
      const info: ObjectInfo = {
        kind: "object",
        key,
        bytes: bytes.byteLength,
        etag: hex(md5.digest()),
        modifiedAt: now(),
        ...(contentType === undefined ? {} : { contentType }),
        metadata: lowerCaseNames(metadata),
      };
      objects.set(key, { info, bytes });
      return info;
    },

    async remove(key) {
      checkKey(key);
      objects.delete(key);
    },
  };
  return store;
}

async function* opened(body: RequestBody): AsyncGenerator<Uint8Array> {
  yield* body.open();
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

function lowerCaseNames(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}
