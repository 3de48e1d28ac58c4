import { type Dirent, type Stats, readdir, realpath, stat } from "node:fs";
import { join, sep } from "node:path";
import { promisify } from "node:util";
import { compareUtf8 } from "../store/order.ts";
import type { ListingProblem } from "../transfer/folder.ts";
import { isContinued, partOf } from "./file-names.ts";
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

/** What is in a folder, by the UTF-8 bytes of the keys. Links are followed; one that leads back to where it is, is not. */
export async function itemsIn(place: Place, report: Report): Promise<Item[]> {
  const items = await read(place, "", report);
  // The slash takes part in the order: `a.txt` comes before `a/b`.
  return items.sort((a, b) => compareUtf8(a.part, b.part));
}

async function read(place: Place, before: string, report: Report): Promise<Item[]> {
  const entries = await new Promise<Dirent[]>((resolve, reject) =>
    readdir(place.path, { withFileTypes: true }, (error, found) => (error === null ? resolve(found) : reject(error))),
  );
  const items: Item[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith(temporaryPrefix)) continue;
    const path = place.path + sep + name;
    if (name.includes("\ufffd") && !(await status(path).catch(() => undefined))) {
      report(problem(place, name, "its name is not valid UTF-8, so no object can have it"));
    } else if (entry.isFile()) {
      items.push({ part: before + partOf(name), path, isFolder: false, links: place.links });
    } else if (entry.isDirectory()) {
      const below = { ...place, path };
      if (isContinued(name)) items.push(...(await read(below, before + partOf(name), report)));
      else items.push({ part: `${before}${partOf(name)}/`, path, isFolder: true, links: place.links });
    } else if (entry.isSymbolicLink()) {
      const item = await follow(place, before, name, report);
      if (item !== undefined) items.push(item);
    } else report(problem(place, name, "it is no file: a socket, pipe or device", true));
  }
  return items;
}

async function follow(place: Place, before: string, name: string, report: Report): Promise<Item | undefined> {
  const path = join(place.path, name);
  try {
    const found = await status(path);
    const part = before + partOf(name);
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
