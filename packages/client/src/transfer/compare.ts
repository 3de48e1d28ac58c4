import { isMd5 } from "./checksum.ts";
import type { Entry } from "./entry.ts";

/** `up`: files to objects; `down`: objects to files; `across`: objects to objects. */
export type Direction = "up" | "down" | "across";

/**
 * What makes two things under one key differ.
 * - `time`: size, and time as told at {@link compare}. The default.
 * - `size`: size alone. `checksum`: size and MD5. `newer`: the source was modified later.
 * - `always`: everything.
 */
export type Rule = "time" | "size" | "checksum" | "newer" | "always";

/** `look`: a listing does not tell; the object's metadata or the bytes do. */
export type Verdict = "same" | "differs" | "look";

/**
 * Compares by what listings tell, so that a run in which nothing changed needs nothing else.
 *
 * `time`, upwards: the object was written after the file last changed, be it only its name or permissions. Else the
 * `mtime` kept with the object is looked at, which also helps where clocks differ. Downwards: the file carries the object's time, as every
 * download leaves it; else `mtime` is looked at. Across: equal MD5s, or where one is no MD5, the copy is the later one.
 */
export function compare(source: Entry, destination: Entry, rule: Rule, direction: Direction): Verdict {
  if (rule === "always") return "differs";
  if (rule === "newer") return isNewer(source, destination, direction) ? "differs" : "same";
  if (source.bytes !== destination.bytes) return "differs";
  if (rule === "size") return "same";
  if (direction === "across") return compareObjects(source, destination, rule);
  if (rule === "checksum") return "look";
  return direction === "up" ? compareUp(source, destination) : isDownloadOf(destination, source) ? "same" : "look";
}

/** Downloads are stamped with whole seconds. */
function isNewer(source: Entry, destination: Entry, direction: Direction): boolean {
  const time = direction === "down" ? stampOf(source.modifiedMs) : source.modifiedMs;
  return time > destination.modifiedMs;
}

/** Clocks of file systems tick every few milliseconds: what is this close together may have come in either order. */
const tickMs = 20;

function compareUp(file: Entry, object: Entry): Verdict {
  if (isDownloadOf(file, object)) return "same";
  const lastChange = Math.max(file.modifiedMs, file.changedMs ?? 0);
  return lastChange + tickMs < object.modifiedMs ? "same" : "look";
}

/** The time a download gets: the object's, in whole seconds, which is what answers to GET tell. */
export const stampOf = (modifiedMs: number): number => Math.floor(modifiedMs / 1000) * 1000;

const isDownloadOf = (file: Entry, object: Entry): boolean => file.modifiedMs === stampOf(object.modifiedMs);

function compareObjects(source: Entry, destination: Entry, rule: Rule): Verdict {
  if (source.etag !== undefined && source.etag === destination.etag) return "same";
  if (rule === "checksum" || (isMd5(source.etag) && isMd5(destination.etag))) return "differs";
  return destination.modifiedMs >= source.modifiedMs ? "same" : "differs";
}
