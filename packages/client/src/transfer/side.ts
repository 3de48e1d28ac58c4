import { type ListedObject, ObjectPage } from "../object-page.ts";
import type { ObjectInfo, PrefixInfo, Store } from "../store/store.ts";
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
  /** How many requests for a store's listing may be under way at the moment. Default: as many as the store likes. */
  readonly atOnce?: (() => number) | undefined;
  /** Objects of a store's first page at most. Default: as many as the store gives. */
  readonly firstPage?: number | undefined;
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

async function* storePages(side: StoreSide, options: ListSideOptions): Pages {
  for await (const page of listObjects(side, options)) yield entriesOf(page, side.prefix, options.withoutMarkers);
}

/**
 * All objects of a store's side, with their whole keys. For whoever needs a column or two of a million of them: no object is
 * made of each. A page is not looked at any more once the next one is asked for.
 */
export async function* listObjects(
  side: StoreSide,
  options: Pick<ListSideOptions, "signal" | "atOnce" | "firstPage" | "perseverance">,
): AsyncGenerator<ObjectPage> {
  const { perseverance } = options;
  let after: string | undefined;
  for (let failures = 0; ;) {
    try {
      for await (const page of rawPages(side, after, options)) {
        failures = 0;
        after = page.keyAt(page.count - 1);
        yield page;
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
  { signal, atOnce, firstPage }: Pick<ListSideOptions, "signal" | "atOnce" | "firstPage">,
): AsyncIterable<ObjectPage> {
  const options = {
    prefix,
    ...(after === undefined ? {} : { after }),
    ...(signal === undefined ? {} : { signal }),
    ...(atOnce === undefined ? {} : { atOnce }),
    ...(firstPage === undefined ? {} : { firstPage }),
  };
  return store.pages?.(options) ?? pagesOf(store.list(options));
}

function entriesOf(page: ObjectPage, prefix: string, withoutMarkers: boolean): readonly Entry[] {
  const leavesOut = new TextEncoder().encode(prefix).byteLength;
  const entries: Entry[] = [];
  for (let at = 0; at < page.count; at++) {
    const entry = page.at(at, leavesOut);
    if (!withoutMarkers || entry.bytes > 0 || !isMarker(entry)) entries.push(entry);
  }
  return entries;
}

const isMarker = ({ key }: Entry): boolean => key === "" || key.endsWith("/");

async function* pagesOf(items: AsyncIterable<ObjectInfo | PrefixInfo>): AsyncGenerator<ObjectPage> {
  let page: ListedObject[] = [];
  for await (const item of items) {
    if (item.kind === "prefix") continue;
    const { key, bytes, etag, modifiedAt } = item;
    page.push({ key, bytes, etag, modifiedMs: modifiedAt.getTime() });
    if (page.length < 1000) continue;
    yield ObjectPage.of(page);
    page = [];
  }
  if (page.length > 0) yield ObjectPage.of(page);
}
