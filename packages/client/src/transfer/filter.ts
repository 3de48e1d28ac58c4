import { globSource } from "./glob.ts";

export interface FilterRule {
  readonly kind: "include" | "exclude";
  readonly pattern: string;
}

/** Which keys take part. */
export interface Filter {
  readonly keeps: (key: string) => boolean;
  /** Whether anything below a folder (its key ends in a slash) can take part: what cannot need not be listed. */
  readonly enters: (folder: string) => boolean;
}

export const everything: Filter = { keeps: () => true, enters: () => true };

/** Folders whose fate is remembered; a tree may have more than memory should hold. */
const remembered = 10_000;

/**
 * Rules as rsync means them: the first that matches decides, and what matches none takes part. A folder that is left out
 * takes everything below with it. A pattern is matched against the end of the path; one that begins with `/` against
 * all of it; one that ends in `/` only folders; `folder/***` a folder and all below.
 *
 * @see rsync(1), "FILTER RULES" and "PATTERN MATCHING RULES"
 */
export function rsyncFilter(rules: readonly FilterRule[]): Filter {
  if (rules.length === 0) return everything;
  const compiled = rules.map(({ kind, pattern }) => ({ isIncluded: kind === "include", matches: compile(pattern) }));
  const folders = new Map<string, boolean>();

  const decide = (path: string, isFolder: boolean): boolean =>
    compiled.find(({ matches }) => matches(path, isFolder))?.isIncluded ?? true;

  function enters(folder: string): boolean {
    if (folder === "") return true;
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const path = folder.slice(0, -1);
    const result = enters(path.slice(0, path.lastIndexOf("/") + 1)) && decide(path, true);
    if (folders.size >= remembered) folders.clear();
    folders.set(folder, result);
    return result;
  }

  return { enters, keeps: (key) => enters(key.slice(0, key.lastIndexOf("/") + 1)) && decide(key, false) };
}

function compile(pattern: string): (path: string, isFolder: boolean) => boolean {
  const foldersOnly = pattern.endsWith("/");
  const anchored = pattern.startsWith("/");
  const withBelow = pattern.endsWith("/***");
  const glob = pattern.slice(anchored ? 1 : 0, withBelow ? -4 : foldersOnly ? -1 : undefined);
  const start = anchored ? "^" : "(?:^|/)";
  const itself = new RegExp(`${start}${globSource(glob)}$`, "su");
  const below = new RegExp(`${start}${globSource(glob)}/.*$`, "su");
  if (withBelow) return (path, isFolder) => (isFolder && itself.test(path)) || below.test(path);
  return (path, isFolder) => (isFolder || !foldersOnly) && itself.test(path);
}

/** What both let through. */
export function both(first: Filter, second: Filter): Filter {
  if (first === everything) return second;
  if (second === everything) return first;
  return {
    keeps: (key) => first.keeps(key) && second.keeps(key),
    enters: (folder) => first.enters(folder) && second.enters(folder),
  };
}
