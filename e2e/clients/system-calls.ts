import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** What matters of a trace for durability. Paths are absolute. */
export type TracedEvent =
  /** Bytes went into a file. */
  | { readonly kind: "written"; readonly path: string }
  /** A name appeared in a folder: a file was made, or renamed or linked to there. */
  | { readonly kind: "named"; readonly path: string }
  /** A file or folder is on disk, as of when the call began. */
  | { readonly kind: "synced"; readonly path: string }
  /** The first bytes of an answer left. */
  | { readonly kind: "answered"; readonly port: number; readonly status: number };

/** `strace` and the options that {@link readTrace} understands. Follows threads: files are written by a pool. */
export const tracer = (strace: string, file: string): readonly string[] => [
  strace,
  "-f",
  "-yy",
  "-s",
  "32",
  "-o",
  file,
  "-e",
  `trace=${calls.join(",")}`,
];

const writes = ["write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate", "copy_file_range"];
const syncs = ["fsync", "fdatasync"];
const calls = [...writes, "sendto", "sendmsg", ...syncs, "openat", "open", "rename", "renameat", "renameat2", "linkat"];

/** Reads a trace in the order the kernel saw it. A sync counts when it has returned, all else when it began. */
export async function readTrace(file: string): Promise<TracedEvent[]> {
  const begun = new Map<string, string>();
  const events: TracedEvent[] = [];
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    if (rest.endsWith("<unfinished ...>")) {
      const start = rest.slice(0, -"<unfinished ...>".length);
      begun.set(thread, start);
      if (!isSync(start)) events.push(...toEvents(start));
    } else if (resumed !== null) {
      const start = begun.get(thread) ?? "";
      if (isSync(start) && resumed[2]?.trimEnd().endsWith("= 0")) events.push(...toEvents(start));
      else if (start.startsWith("open")) events.push(...toEvents(start + resumed[2]));
    } else if (!isSync(rest) || rest.endsWith("= 0")) {
      events.push(...toEvents(rest));
    }
  }
  return events;
}

const isSync = (call: string): boolean => syncs.some((name) => call.startsWith(`${name}(`));

function toEvents(call: string): TracedEvent[] {
  const [, name = "", rest = ""] = /^(\w+)\((.*)$/s.exec(call) ?? [];
  const descriptor = /^\d+<(.*?)>(?=[,) ]|$)/.exec(rest)?.[1] ?? "";
  if (isSync(call)) return [{ kind: "synced", path: descriptor }];
  if (writes.includes(name) || name.startsWith("send")) return written(descriptor, rest);
  if (name.startsWith("open")) return rest.includes("O_CREAT") ? named(rest, 0) : [];
  return /^(rename|link)/.test(name) ? named(rest, 1) : [];
}

function written(descriptor: string, rest: string): TracedEvent[] {
  const port = /^TCP:\[[^\]]*?:(\d+)->/.exec(descriptor)?.[1];
  const status = /"HTTP\/1\.1 (\d{3})/.exec(rest)?.[1];
  if (port !== undefined && status !== undefined)
    return [{ kind: "answered", port: Number(port), status: Number(status) }];
  return descriptor.startsWith("/") ? [{ kind: "written", path: descriptor }] : [];
}

/** The n-th path in quotes. */
function named(rest: string, at: number): TracedEvent[] {
  const path = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)][at]?.[1];
  return path?.startsWith("/") ? [{ kind: "named", path }] : [];
}

/** What one answer rests on. */
export interface Answer {
  readonly status: number;
  /** Below the folder: what was synced since the answer before. */
  readonly synced: readonly string[];
  /** Below the folder: what a power cut at this moment could have taken. */
  readonly atRisk: readonly string[];
}

/**
 * Follows which files and folders below `folder` are ahead of the disk, and takes stock at each final answer on `port`.
 * A name that goes needs no sync of its own: the index decides what is there. SQLite's `-shm` is rebuilt, never read.
 */
export function answersOn(port: number, folder: string, events: readonly TracedEvent[]): Answer[] {
  const answers: Answer[] = [];
  const ahead = new Set<string>();
  let synced: string[] = [];
  for (const event of events) {
    if (event.kind === "answered") {
      if (event.port !== port || event.status < 200) continue;
      answers.push({ status: event.status, synced, atRisk: [...ahead] });
      synced = [];
      continue;
    }
    if (!event.path.startsWith(folder) || event.path.endsWith("-shm")) continue;
    if (event.kind === "written") ahead.add(event.path);
    else if (event.kind === "named") ahead.add(dirname(event.path));
    else if (ahead.delete(event.path) || event.kind === "synced") synced.push(event.path.slice(folder.length + 1));
  }
  return answers;
}
