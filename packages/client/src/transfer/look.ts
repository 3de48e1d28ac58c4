import { Failure } from "../failure.ts";
import { StoreError } from "../store/error.ts";
import { visible } from "../visible.ts";
import { matchesEtag } from "./checksum.ts";
import { compare, type Direction, type Rule } from "./compare.ts";
import type { Entry } from "./entry.ts";
import { isSameTime, readMtime } from "./mtime.ts";
import type { Action } from "./plan.ts";
import type { FolderSide, Side, StoreSide } from "./side.ts";
import type { Work } from "./work.ts";

export interface LookOptions {
  readonly source: Side;
  readonly destination: Side;
  readonly rule: Rule;
  readonly direction: Direction;
  readonly work: Work;
}

/** What a closer look shows. */
export interface Seen {
  readonly source: Entry;
  readonly isSame: boolean;
}

/** Finds out what the listings did not tell: about keys that were never listed, and by metadata or bytes. */
export async function look(action: Action & { kind: "look" }, options: LookOptions): Promise<Seen> {
  const { key } = action;
  const wasListed = action.source !== undefined;
  const source = action.source ?? (await findOn(options.source, key, options.work.signal));
  if (source === undefined) throw notThere(key);
  const destination = wasListed ? action.destination : await findOn(options.destination, key, options.work.signal);
  if (destination === undefined) return { source, isSame: false };
  const verdict = compare(source, destination, options.rule, options.direction);
  const isSame = verdict === "look" ? await isSameInside(key, source, destination, options) : verdict === "same";
  return { source, isSame };
}

async function isSameInside(key: string, source: Entry, destination: Entry, options: LookOptions): Promise<boolean> {
  const [from, to] = [options.source, options.destination];
  if (from.kind === "folder" && to.kind === "store")
    return await isSameFile(key, source, from, destination, to, options);
  if (from.kind === "store" && to.kind === "folder")
    return await isSameFile(key, destination, to, source, from, options);
  return false;
}

async function isSameFile(
  key: string,
  file: Entry,
  { folder }: FolderSide,
  object: Entry,
  { store, prefix }: StoreSide,
  { rule, work }: LookOptions,
): Promise<boolean> {
  const { signal } = work;
  if (rule !== "checksum") {
    const { metadata } = await store.stat(prefix + key, signal === undefined ? {} : { signal });
    const kept = readMtime(metadata);
    return kept !== undefined && isSameTime(kept, file.modifiedMs);
  }
  const opened = await folder.open(key);
  try {
    return (await matchesEtag({ etag: object.etag ?? "", bytes: opened.bytes }, opened.digest, work.crypto)) === true;
  } finally {
    await opened.close();
  }
}

/** One entry; undefined when there is none. */
export async function findOn(side: Side, key: string, signal: AbortSignal | undefined): Promise<Entry | undefined> {
  if (side.kind === "folder") return await side.folder.find(key);
  try {
    const info = await side.store.stat(side.prefix + key, signal === undefined ? {} : { signal });
    return { key, bytes: info.bytes, modifiedMs: info.modifiedAt.getTime(), etag: info.etag };
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_NOT_FOUND") return undefined;
    throw error;
  }
}

function notThere(key: string): Failure {
  return new Failure("SOURCE_NOT_FOUND", "not-found", `${visible(key)} is not at the source`, {
    cure: ["See what is there: fedbucket ls --recursive"],
  });
}
