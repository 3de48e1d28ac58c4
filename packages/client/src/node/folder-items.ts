import { type Dirent, opendirSync, type Stats, realpath, stat } from "node:fs";
import { opendir } from "node:fs/promises";
import { join, sep } from "node:path";
import { promisify } from "node:util";
import type { ListingProblem } from "../transfer/folder.ts";
import { hasCaseTwin, isContinued, partOf } from "./file-names.ts";
import { composed, isComposed } from "./normal-form.ts";
import type { Pace } from "./pace.ts";
import { SortedItems } from "./sorted-items.ts";
import { temporaryPrefix } from "./write-file.ts";

const [realPath, status] = [promisify(realpath), promisify(stat)];

/** A file, or a folder below. */
export interface Item {
  /** Within its folder's key; a folder's ends in a slash. */
  readonly part: string;
  readonly path: string;
  readonly isFolder: boolean;
  /** Real paths of the folders that held the links on the way here. */
  readonly links: readonly string[];
  /** Known already where it was a link. */
  readonly status?: Stats;
}

export interface Place {
  readonly path: string;
  readonly key: string;
  readonly links: readonly string[];
}

export type Report = (problem: ListingProblem) => void;

export interface Opening {
  readonly report: Report;
  /** Told of a name that shows that the disk takes some names for one. */
  readonly onCaseTwin: () => void;
  readonly pace: Pace;
}

/** What is in a folder, by the UTF-8 bytes of the keys. Links are followed; one that leads back to where it is, is not. */
export async function itemsIn(place: Place, opening: Opening): Promise<SortedItems<Item>> {
  const plain = (part: string): Item => {
    const isFolder = part.endsWith("/");
    const path = place.path + sep + (isFolder ? part.slice(0, -1) : part);
    return { part, path, isFolder, links: place.links };
  };
  const items = new SortedItems(plain);
  await read(place, "", items, opening);
  return items.sort();
}

async function read(place: Place, before: string, items: SortedItems<Item>, opening: Opening): Promise<void> {
  const { report, onCaseTwin, pace } = opening;
  for await (const entries of entriesIn(place.path, pace)) {
    for (const entry of entries) {
      const { name } = entry;
      if (name.startsWith(temporaryPrefix)) continue;
      if (hasCaseTwin(name)) onCaseTwin();
      const path = place.path + sep + name;
      const part = before + partOf(isComposed(name) ? name : await composed(place.path, name));
      // The slash takes part in the order: `a.txt` comes before `a/b`.
      if (name.includes("\ufffd") && !(await status(path).catch(() => undefined))) {
        report(problem(place, name, "its name is not valid UTF-8, so no object can have it"));
      } else if (entry.isFile()) {
        if (part === name && name.isWellFormed()) items.addName(name);
        else items.add({ part, path, isFolder: false, links: place.links });
      } else if (entry.isDirectory()) {
        if (isContinued(name)) await read({ ...place, path }, part, items, opening);
        else if (part === name && name.isWellFormed()) items.addName(`${name}/`);
        else items.add({ part: `${part}/`, path, isFolder: true, links: place.links });
      } else if (entry.isSymbolicLink()) {
        const item = await follow(place, part, name, report);
        if (item !== undefined) items.add(item);
      } else report(problem(place, name, "it is no file: a socket, pipe or device", true));
    }
  }
}

/** Entries that are read together. */
const entriesAtOnce = 1000;

/** Some at a time: all of a large folder at once would take hundreds of bytes for each. */
async function* entriesIn(path: string, pace: Pace): AsyncGenerator<readonly Dirent[]> {
  const options = { bufferSize: entriesAtOnce };
  const folder = pace.isFast ? pace.timed(() => opendirSync(path, options)) : await opendir(path, options);
  try {
    for (let isWhole = false; !isWhole;) {
      const entries: Dirent[] = [];
      while (entries.length < entriesAtOnce && !isWhole) {
        const entry = pace.isFast ? folder.readSync() : await folder.read();
        if (entry === null) isWhole = true;
        else entries.push(entry);
      }
      if (entries.length > 0) yield entries;
      // Others have their turn.
      if (!isWhole) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    folder.closeSync();
  }
}

async function follow(place: Place, part: string, name: string, report: Report): Promise<Item | undefined> {
  const path = join(place.path, name);
  try {
    const found = await status(path);
    if (found.isFile()) return { part, path, isFolder: false, links: place.links, status: found };
    if (!found.isDirectory()) {
      report(problem(place, name, "it is a link to what is no file", true));
      return undefined;
    }
    const target = await realPath(path);
    const links = [...place.links, await realPath(place.path)];
    const leadsBack = links.some((folder) => `${folder}${sep}`.startsWith(`${target}${sep}`.replace(/[/\\]+$/, sep)));
    if (!leadsBack) return { part: `${part}/`, path, isFolder: true, links };
    report(problem(place, name, "it is a link that leads back to a folder it is in", true));
  } catch (error) {
    report(problem(place, name, `it is a link that leads nowhere (${codeOf(error)})`));
  }
  return undefined;
}

function problem({ key }: Place, name: string, message: string, isHarmless = false): ListingProblem {
  return { key: `${key}${partOf(name)}`, message, isHarmless };
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
