import { link, mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkedBody } from "../store/checked-body.ts";
import { StoreError } from "../store/error.ts";
import { grouped } from "../store/grouped.ts";
import { badName, checkKey } from "../store/names.ts";
import { compareUtf8 } from "../store/order.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import { visible } from "../visible.ts";
import { readChunks } from "./read-file.ts";
import { isSafeFileName } from "./safe-name.ts";
import { temporaryPrefix, writeFileFrom } from "./write-file.ts";

/**
 * A folder seen as keys and bytes; a `/` in a key is a folder below. Keys that are no safe path are refused with
 * `STORE_BAD_NAME`. Content types and metadata are not kept.
 */
export function localStore(folder: string): Store {
  const pathOf = (key: string): string => {
    checkKey(key);
    const names = key.split("/");
    const isSafe = names.every((name) => isSafeFileName(name) && !name.startsWith(temporaryPrefix));
    if (!isSafe) throw badName(`"${visible(key)}" cannot be the name of a file on this machine`);
    return join(folder, ...names);
  };

  const store: Store = {
    features: { maxPutBytes: Number.MAX_SAFE_INTEGER, putIfAbsent: true },

    async *list(options = {}) {
      await saying(folder, folder, readdir(folder));
      const { prefix = "", after } = options;
      yield* grouped(walk(folder, "", prefix, after), options);
    },

    async stat(key) {
      return await infoOf(pathOf(key), key, folder);
    },

    async get(key, { range, ifMatch } = {}) {
      const path = pathOf(key);
      const info = await infoOf(path, key, folder);
      if (ifMatch !== undefined && ifMatch !== info.etag)
        throw new StoreError("STORE_CHANGED", `${visible(key)} has changed meanwhile`);
      const end = Math.min(range?.end ?? Infinity, info.bytes - 1);
      const bytes = Math.max(0, end - (range?.start ?? 0) + 1);
      return { info, isChecked: false, body: checkedBody(readChunks(path, range), { place: { bucket: key }, bytes }) };
    },

    put: async (key, body, options) => await store.putStream(key, body.open(), options),

    async putStream(key, stream, { ifAbsent } = {}) {
      const path = pathOf(key);
      await saying(key, folder, stat(folder));
      await saying(key, folder, mkdir(dirname(path), { recursive: true }));
      await writeFileFrom(path, stream, ifAbsent === true ? publishNew : undefined);
      return await infoOf(path, key, folder);
    },

    async remove(key) {
      const path = pathOf(key);
      if ((await stat(path).catch(() => undefined))?.isFile() === true)
        await saying(key, folder, rm(path, { force: true }));
    },
  };
  return store;
}

/** Gives the file its name unless it is taken, in one step. */
async function publishNew(temporary: string, path: string): Promise<void> {
  await saying(path, dirname(path), link(temporary, path));
  await rm(temporary);
}

/** Files below a folder by the UTF-8 bytes of their keys, skipping folders that hold none of those asked for. */
async function* walk(
  path: string,
  parent: string,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<ObjectInfo> {
  const entries = (await readdir(path, { withFileTypes: true }))
    // The slash takes part in the order: `a.txt` comes before `a/b`.
    .map((entry) => ({ entry, key: `${parent}${entry.name}${entry.isDirectory() ? "/" : ""}` }))
    .sort((a, b) => compareUtf8(a.key, b.key));
  for (const { entry, key } of entries) {
    if (entry.name.startsWith(temporaryPrefix)) continue;
    if (entry.isDirectory()) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walk(join(path, entry.name), key, prefix, after);
    } else if (key.startsWith(prefix) && (after === undefined || compareUtf8(key, after) > 0)) {
      const status = await stat(join(path, entry.name), { bigint: true }).catch(() => undefined);
      if (status?.isFile() === true) yield infoFrom(key, status);
    }
  }
}

async function infoOf(path: string, key: string, folder: string): Promise<ObjectInfo> {
  const status = await saying(key, folder, stat(path, { bigint: true }));
  if (!status.isFile()) throw new StoreError("STORE_NOT_FOUND", `there is no file ${visible(key)}`);
  return infoFrom(key, status);
}

function infoFrom(key: string, { size, mtimeNs, mtime }: { size: bigint; mtimeNs: bigint; mtime: Date }): ObjectInfo {
  const etag = `${mtimeNs.toString(16)}-${size.toString(16)}`;
  return { kind: "object", key, bytes: Number(size), etag, modifiedAt: mtime };
}

/** Turns the system's errors into a store's. */
async function saying<T>(key: string, folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const options = { cause: error };
    const name = visible(key);
    if (code === "EACCES" || code === "EPERM") throw new StoreError("STORE_DENIED", `${name}: not allowed`, options);
    if (code === "EEXIST") throw new StoreError("STORE_EXISTS", `${name} exists already`, options);
    if (code !== "ENOENT" && code !== "ENOTDIR")
      throw new StoreError("STORE_FAILED", `${name}: ${String(error)}`, options);
    const isThere = (await stat(folder).catch(() => undefined))?.isDirectory() === true;
    if (!isThere) throw new StoreError("STORE_NO_BUCKET", `there is no folder ${folder}`, options);
    throw new StoreError("STORE_NOT_FOUND", `there is no file ${name}`, options);
  }
}
