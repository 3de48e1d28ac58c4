import { type Stats, stat, statSync } from "node:fs";
import type { Entry, Pages } from "../transfer/entry.ts";
import type { FolderListing } from "../transfer/folder.ts";
import type { Pace } from "./pace.ts";
import { codeOf, type Item, itemsIn, type Opening, type Place, type Report } from "./folder-items.ts";
import type { SortedItems } from "./sorted-items.ts";

/** Entries that are handed on together. */
const pageEntries = 1000;
/** Files whose status is asked for at once. */
const askedAtOnce = 128;
/** Folders that are read ahead of their turn. */
const foldersAhead = 16;

interface Frame {
  readonly place: Place;
  readonly items: SortedItems<Item>;
  /** The next items, in order. */
  readonly next: Item[];
  readonly folders: Map<Item, Promise<Frame | undefined>>;
  files?: Promise<readonly Entry[]>;
}

/**
 * The files below a folder by the UTF-8 bytes of their keys. Holds the names of the folders it is in, and of a few to
 * come; a folder that is not there has no files.
 *
 * @param onCaseTwin Told of a name that shows that the disk takes some names for one.
 */
export async function* walk(
  root: string,
  { enters, onProblem, signal }: FolderListing,
  pace: Pace,
  onCaseTwin: () => void,
): Pages {
  const open = (place: Place): Promise<Frame | undefined> => openFrame(place, { report: onProblem, onCaseTwin, pace });
  const first = await open({ path: root, key: "", links: [] });
  const stack = first === undefined ? [] : [first];
  let page: Entry[] = [];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    signal?.throwIfAborted();
    readAhead(frame, open, enters);
    const [item] = frame.next;
    if (frame.files !== undefined || item?.isFolder === false) {
      const files = await (frame.files ?? entriesOf(frame, onProblem, pace));
      delete frame.files;
      for (const file of files) page.push(file);
    } else if (item === undefined) stack.pop();
    else {
      const below = await frame.folders.get(item);
      frame.folders.delete(item);
      frame.next.shift();
      if (below !== undefined) stack.push(below);
    }
    if (page.length < pageEntries) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function openFrame(place: Place, opening: Opening): Promise<Frame | undefined> {
  const { report, pace } = opening;
  try {
    const frame: Frame = { place, items: await itemsIn(place, opening), next: [], folders: new Map() };
    lookAhead(frame, 1);
    if (frame.next[0]?.isFolder === false) frame.files = entriesOf(frame, report, pace);
    return frame;
  } catch (error) {
    // One below was removed since its name was read.
    if (codeOf(error) !== "ENOENT" || place.key === "")
      report({ key: place.key, message: `the folder cannot be read (${codeOf(error)})`, isHarmless: false });
    return undefined;
  }
}

/** Has so many of the next items, if there are as many. */
function lookAhead({ items, next }: Frame, count: number): void {
  while (next.length < count) {
    const item = items.next();
    if (item === undefined) return;
    next.push(item);
  }
}

function readAhead(
  frame: Frame,
  open: (place: Place) => Promise<Frame | undefined>,
  enters: FolderListing["enters"],
): void {
  lookAhead(frame, foldersAhead);
  const { place, next, folders } = frame;
  for (let at = 0; at < next.length && at < foldersAhead && folders.size < foldersAhead; at++) {
    const item = next[at];
    if (item?.isFolder !== true || folders.has(item)) continue;
    const key = place.key + item.part;
    const isEntered = enters === undefined || enters(key);
    folders.set(item, isEntered ? open({ path: item.path, key, links: item.links }) : Promise.resolve(undefined));
  }
}

/** The files that come next, up to a folder, as many as are asked for at once. */
function takeFiles(frame: Frame): readonly Item[] {
  lookAhead(frame, askedAtOnce);
  const end = frame.next.findIndex(({ isFolder }) => isFolder);
  return frame.next.splice(0, Math.min(askedAtOnce, end < 0 ? frame.next.length : end));
}

async function entriesOf(frame: Frame, report: Report, pace: Pace): Promise<readonly Entry[]> {
  const files = takeFiles(frame);
  if (pace.isFast)
    return files
      .map((item) => pace.timed(() => entryAtOnce(frame.place.key + item.part, item, report)))
      .filter((entry) => entry !== undefined);
  const entries = await Promise.all(files.map((item) => entryOf(frame.place.key + item.part, item, report)));
  return entries.filter((entry) => entry !== undefined);
}

function entryAtOnce(key: string, item: Item, report: Report): Entry | undefined {
  try {
    const status = item.status ?? statSync(item.path, { throwIfNoEntry: false });
    return status?.isFile() === true ? fileEntry(key, status) : undefined;
  } catch (error) {
    report({ key, message: `its size is not told (${codeOf(error)})`, isHarmless: false });
    return undefined;
  }
}

function entryOf(key: string, item: Item, report: Report): Promise<Entry | undefined> {
  if (item.status !== undefined) return Promise.resolve(fileEntry(key, item.status));
  return new Promise((resolve) => {
    stat(item.path, (error, status) => {
      if (error !== null && error.code !== "ENOENT")
        report({ key, message: `its size is not told (${error.code ?? error.message})`, isHarmless: false });
      resolve(error === null && status.isFile() ? fileEntry(key, status) : undefined);
    });
  });
}

export function fileEntry(key: string, status: Stats): Entry {
  return { key, bytes: status.size, modifiedMs: status.mtimeMs, changedMs: status.ctimeMs };
}
