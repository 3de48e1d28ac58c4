import type { ListedObject, ObjectInfo, PrefixInfo, Store } from "../store/store.ts";
import { everything, type Filter } from "./filter.ts";
import type { Entry, Pages } from "./entry.ts";
import type { Folder, ListingProblem } from "./folder.ts";
import { oneAhead } from "./one-ahead.ts";
import { pauseAfter, type Perseverance } from "./persevere.ts";

/** Objects below a prefix. */
export interface StoreSide {
  readonly kind: "store";
  readonly store: Store;
  readonly bucket: string;
  /** Of every key; what follows is the key within the tree. */
  readonly prefix: string;
  /** Equal for sides between which the server can copy. */
  readonly account: string;
}

/** Files below a folder. */
export interface FolderSide {
  readonly kind: "folder";
  readonly folder: Folder;
}

/** One end of a transfer. */
export type Side = StoreSide | FolderSide;

export interface ListSideOptions {
  readonly filter: Filter;
  readonly onProblem: (problem: ListingProblem) => void;
  /** Leaves out empty objects whose names end in a slash, which some tools make in place of folders. */
  readonly withoutMarkers: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Goes on behind the last key when a page cannot be had. Default: the listing fails. */
  readonly perseverance?: Perseverance | undefined;
}

/** What a side has, with keys relative to it. */
export async function* listSide(side: Side, options: ListSideOptions): Pages {
  const { filter, onProblem, signal } = options;
  const pages =
    side.kind === "folder"
      ? side.folder.pages({ enters: filter.enters, onProblem, signal })
      : storePages(side, options);
  for await (const page of oneAhead(pages)) {
    const kept = filter === everything ? page : page.filter(({ key }) => filter.keeps(key));
    if (kept.length > 0) yield kept;
  }
}

async function* storePages(side: StoreSide, { withoutMarkers, signal, perseverance }: ListSideOptions): Pages {
  let after: string | undefined;
  for (let failures = 0; ;) {
    try {
      for await (const page of rawPages(side, after, signal)) {
        failures = 0;
        yield entriesOf(page, side.prefix, withoutMarkers);
        after = page.at(-1)?.key ?? after;
      }
      return;
    } catch (error) {
      if (perseverance === undefined) throw error;
      await pauseAfter(error, ++failures, perseverance);
    }
  }
}

function rawPages(
  { store, prefix }: StoreSide,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly ListedObject[]> {
  const options = {
    prefix,
    ...(after === undefined ? {} : { after }),
    ...(signal === undefined ? {} : { signal }),
  };
  return store.pages?.(options) ?? pagesOf(store.list(options));
}

/** What was listed is taken as it is where it can be: this is done for each of a million keys. */
function entriesOf(page: readonly ListedObject[], prefix: string, withoutMarkers: boolean): readonly Entry[] {
  const isKept = ({ key, bytes }: ListedObject): boolean =>
    bytes > 0 || (key.length > prefix.length && !key.endsWith("/"));
  const kept = !withoutMarkers || page.every(isKept) ? page : page.filter(isKept);
  if (prefix === "") return kept;
  return kept.map(({ key, bytes, etag, modifiedMs }) => ({ key: key.slice(prefix.length), bytes, modifiedMs, etag }));
}

async function* pagesOf(items: AsyncIterable<ObjectInfo | PrefixInfo>): AsyncGenerator<readonly ListedObject[]> {
  let page: ListedObject[] = [];
  for await (const item of items) {
    if (item.kind === "prefix") continue;
    const { key, bytes, etag, modifiedAt } = item;
    page.push({ key, bytes, etag, modifiedMs: modifiedAt.getTime() });
    if (page.length < 1000) continue;
    yield page;
    page = [];
  }
  yield page;
}
