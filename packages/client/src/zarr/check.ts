import { Failure } from "../failure.ts";
import type { Entry, Pages } from "../transfer/entry.ts";
import { chunkName, chunkNumber, chunksIn, metadataNames, readArray, type ZarrArray } from "./array.ts";

/** Something about a store that is not as its metadata says. */
export interface ZarrFinding {
  readonly kind: "missing" | "empty" | "surplus" | "unreadable";
  /** Below the store's root. */
  readonly key: string;
}

export interface ZarrSummary {
  readonly arrays: number;
  /** That there would be, were none missing. */
  readonly chunks: number;
  readonly bytes: number;
  readonly missing: number;
  readonly empty: number;
  readonly surplus: number;
  readonly unreadable: number;
}

export interface ZarrStore {
  /** Every key below the root, in order. Asked for twice. */
  list(): Pages;
  text(key: string): Promise<string>;
  readonly onFinding: (finding: ZarrFinding) => void;
}

/** An array with more chunks than this is not what anybody means; its metadata are damaged. */
const mostChunks = 2 ** 33;

/**
 * Compares the chunks of a Zarr store, version 2 or 3, with what its metadata say. A missing chunk reads as the fill
 * value, so it may be missing on purpose; an empty one cannot be read.
 *
 * @throws Failure `NOT_ZARR`
 */
export async function checkZarr(store: ZarrStore): Promise<ZarrSummary> {
  const counts = { missing: 0, empty: 0, surplus: 0, unreadable: 0 };
  const tell = (kind: ZarrFinding["kind"], key: string): void => {
    counts[kind]++;
    store.onFinding({ kind, key });
  };
  const arrays = await findArrays(store, tell);
  let bytes = 0;
  for await (const page of store.list()) {
    for (const entry of page) {
      bytes += entry.bytes;
      judge(entry, arrays, tell);
    }
  }
  let chunks = 0;
  for (const { array, seen } of arrays.values()) {
    chunks += chunksIn(array);
    for (const number of seen.missing()) tell("missing", array.path + chunkName(array, number));
  }
  return { arrays: arrays.size, chunks, bytes, ...counts };
}

interface Watched {
  readonly array: ZarrArray;
  readonly seen: Bits;
}

type Tell = (kind: ZarrFinding["kind"], key: string) => void;

async function findArrays(store: ZarrStore, tell: Tell): Promise<ReadonlyMap<string, Watched>> {
  const arrays = new Map<string, Watched>();
  let documents = 0;
  for await (const page of store.list()) {
    for (const { key } of page) {
      const name = key.slice(key.lastIndexOf("/") + 1);
      if (name === ".zgroup") documents++;
      if (name !== ".zarray" && name !== "zarr.json") continue;
      documents++;
      try {
        const array = readArray(key, await store.text(key));
        if (array !== undefined && chunksIn(array) > mostChunks) throw new TypeError("too many chunks");
        if (array !== undefined) arrays.set(array.path, { array, seen: new Bits(chunksIn(array)) });
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
        tell("unreadable", key);
      }
    }
  }
  if (documents === 0) throw notZarr();
  return arrays;
}

function judge({ key, bytes }: Entry, arrays: ReadonlyMap<string, Watched>, tell: Tell): void {
  if (metadataNames.has(key.slice(key.lastIndexOf("/") + 1))) return;
  const owner = ownerOf(key, arrays);
  const number = owner === undefined ? undefined : chunkNumber(owner.array, key.slice(owner.array.path.length));
  if (owner === undefined || number === undefined) return tell("surplus", key);
  owner.seen.add(number);
  if (bytes === 0) tell("empty", key);
}

/** The innermost array above a key. */
function ownerOf(key: string, arrays: ReadonlyMap<string, Watched>): Watched | undefined {
  for (let end = key.lastIndexOf("/"); ; end = key.lastIndexOf("/", end - 1)) {
    const found = arrays.get(key.slice(0, end + 1));
    if (found !== undefined || end <= 0) return found ?? arrays.get("");
  }
}

/** Numbers from 0, one bit each. */
class Bits {
  readonly #bytes: Uint8Array;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.#bytes = new Uint8Array(Math.ceil(count / 8));
  }

  add(number: number): void {
    const at = Math.floor(number / 8);
    this.#bytes[at] = (this.#bytes[at] ?? 0) | (1 << (number % 8));
  }

  *missing(): Generator<number> {
    for (let number = 0; number < this.#count; number++)
      if (((this.#bytes[Math.floor(number / 8)] ?? 0) & (1 << (number % 8))) === 0) yield number;
  }
}

function notZarr(): Failure {
  return new Failure("NOT_ZARR", "not-found", "there is no Zarr store: no .zgroup, .zarray or zarr.json", {
    cure: ["Name the folder that holds one of them: fedbucket zarr check s3://bucket/name.zarr"],
  });
}
