import { Readable } from "node:stream";
import { memoryStore, type RequestBody, type Store, type StoreAccount, StoreError } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import type { Context } from "../../src/context.ts";

/** A context whose streams are strings, and an account in memory. */
export interface World {
  readonly context: Context;
  readonly account: StoreAccount;
  readonly open: () => Promise<StoreAccount>;
  out(): string;
  err(): string;
}

export function makeWorld(
  options: { readonly cwd?: string; readonly stdin?: string; readonly isTTY?: boolean } = {},
): World {
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
  const output = (to: Uint8Array[]) => ({
    isTTY: options.isTTY ?? false,
    write: (chunk: string | Uint8Array) => to.push(Buffer.from(chunk)) > 0,
  });
  const account = memoryAccount();
  const context: Context = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: output(written.out),
    stderr: output(written.err),
    env: {},
    cwd: options.cwd ?? "/nowhere",
    signal: new AbortController().signal,
    now: () => new Date("2026-11-23T18:00:00Z"),
    openBrowser: async () => false,
  };
  return {
    context,
    account,
    open: async () => account,
    out: () => Buffer.concat(written.out).toString(),
    err: () => Buffer.concat(written.err).toString(),
  };
}

function memoryAccount(): StoreAccount {
  const stores = new Map<string, Store>();
  const crypto = nodeCrypto();
  return {
    protocol: "s3",
    place: "memory",
    async *listBuckets() {
      for (const name of stores.keys())
        yield { name, createdAt: new Date("2026-01-02T03:04:05Z"), bytes: 17, objects: 2 };
    },
    async createBucket(name) {
      if (!stores.has(name)) stores.set(name, memoryStore({ crypto, now: () => new Date("2026-11-23T17:00:00Z") }));
    },
    async removeBucket(name) {
      if (!stores.delete(name)) throw new StoreError("STORE_NO_BUCKET", `there is no bucket ${name}`);
    },
    bucket(name) {
      const store = stores.get(name);
      if (store === undefined) throw new StoreError("STORE_NO_BUCKET", `there is no bucket ${name}`);
      return store;
    },
    async presign(bucket, key, { method, expiresInSeconds }) {
      return `https://store.example.org/${bucket}/${key}?${method}=${expiresInSeconds}`;
    },
  };
}

export function bodyOf(text: string): RequestBody {
  const bytes = Buffer.from(text);
  return {
    bytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** The text of an object in the world's account. */
export async function textAt(world: World, bucket: string, key: string): Promise<string> {
  let text = "";
  for await (const chunk of (await world.account.bucket(bucket).get(key)).body) text += Buffer.from(chunk).toString();
  return text;
}
