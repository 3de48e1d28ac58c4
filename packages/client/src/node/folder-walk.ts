import { type Stats, stat, statSync } from "node:fs";
import type { Entry, Pages } from "../transfer/entry.ts";
import type { FolderListing } from "../transfer/folder.ts";
import type { Pace } from "./pace.ts";
import { hasCaseTwin } from "./file-names.ts";
import { codeOf, type Item, itemsIn, type Place, type Report } from "./folder-items.ts";

/** Entries that are handed on together. */
const pageEntries = 1000;
/** Files whose status is asked for at once. */
const askedAtOnce = 128;
/** Folders that are read ahead of their turn. */
const foldersAhead = 16;

interface Frame {
  readonly place: Place;
  readonly items: readonly Item[];
  readonly folders: Map<number, Promise<Frame | undefined>>;
  at: number;
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
  const open = async (place: Place): Promise<Frame | undefined> => {
    const frame = await openFrame(place, onProblem, pace);
    if (frame?.items.some(({ path }) => hasCaseTwin(path)) === true) onCaseTwin();
    return frame;
  };
  const first = await open({ path: root, key: "", links: [] });
  const stack = first === undefined ? [] : [first];
  let page: Entry[] = [];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    signal?.throwIfAborted();
    readAhead(frame, open, enters);
    const item = frame.items[frame.at];
    if (item === undefined) stack.pop();
    else if (item.isFolder) {
      const below = await frame.folders.get(frame.at);
      frame.folders.delete(frame.at++);
      if (below !== undefined) stack.push(below);
    } else {
      const files = await (frame.files ?? entriesOf(frame, onProblem, pace));
      delete frame.files;
      for (const file of files) page.push(file);
      frame.at = endOfFiles(frame);
    }
    if (page.length < pageEntries) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function openFrame(place: Place, report: Report, pace: Pace): Promise<Frame | undefined> {
  try {
    const frame: Frame = { place, items: await itemsIn(place, report), folders: new Map(), at: 0 };
    if (frame.items[0]?.isFolder === false) frame.files = entriesOf(frame, report, pace);
    return frame;
  } catch (error) {
    // One below was removed since its name was read.
    if (codeOf(error) !== "ENOENT" || place.key === "")
      report({ key: place.key, message: `the folder cannot be read (${codeOf(error)})`, isHarmless: false });
    return undefined;
  }
}

function readAhead(
  frame: Frame,
  open: (place: Place) => Promise<Frame | undefined>,
  enters: FolderListing["enters"],
): void {
  const { place, items, folders } = frame;
  for (let at = frame.at; at < items.length && folders.size < foldersAhead && at < frame.at + foldersAhead; at++) {
    const item = items[at];
    if (item?.isFolder !== true || folders.has(at)) continue;
    const key = place.key + item.part;
    const isEntered = enters === undefined || enters(key);
    folders.set(at, isEntered ? open({ path: item.path, key, links: item.links }) : Promise.resolve(undefined));
  }
}

/** Where the files that begin here end: at a folder, or when there are enough to ask for. */
function endOfFiles({ items, at }: Frame): number {
  let end = at;
  while (end < items.length && end < at + askedAtOnce && items[end]?.isFolder === false) end++;
  return end;
}

async function entriesOf(frame: Frame, report: Report, pace: Pace): Promise<readonly Entry[]> {
  const files = frame.items.slice(frame.at, endOfFiles(frame));
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
