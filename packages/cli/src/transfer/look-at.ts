import {
  both,
  type Entry,
  everything,
  Failure,
  type Gate,
  globRegExp,
  listObjects,
  listSide,
  type ObjectPage,
  rsyncFilter,
  visible,
} from "@fedbucket/client";
import type { Context } from "../context.ts";
import { formatBytes, writeAll } from "../output.ts";
import type { SelectionOptions } from "./options.ts";
import { count } from "./show.ts";
import { openTree, type Tree } from "./tree.ts";
import { openGate } from "./work.ts";

interface Opened extends Tree {
  readonly gate: Gate;
}

/** Entries of a tree, a page at a time. What cannot be read is told on stderr. */
async function* entriesOf(
  context: Context,
  tree: Opened,
  { rules }: Pick<SelectionOptions, "rules">,
): AsyncGenerator<readonly Entry[]> {
  yield* listSide(tree.side, {
    filter: both(tree.filter, rsyncFilter(rules)),
    onProblem: ({ key, message }) => void context.stderr.write(`skipped: ${visible(key)}: ${message}\n`),
    withoutMarkers: false,
    signal: context.signal,
    atOnce: () => tree.gate.limit,
  });
}

/** All objects of a store's tree as columns, where all are meant: several times cheaper. */
function wholeStore(
  context: Context,
  { side, filter, gate }: Opened,
  { rules }: Pick<SelectionOptions, "rules">,
): { readonly pages: AsyncIterable<ObjectPage>; readonly prefix: string } | undefined {
  if (side.kind !== "store" || both(filter, rsyncFilter(rules)) !== everything) return undefined;
  return { pages: listObjects(side, { signal: context.signal, atOnce: () => gate.limit }), prefix: side.prefix };
}

async function open(context: Context, text: string, options: SelectionOptions): Promise<Opened> {
  const { gate, open } = openGate(context, options);
  return { ...(await openTree(context, open, text, { ...options, takesGlob: true })), gate };
}

export interface ListOptions extends SelectionOptions {
  readonly long?: boolean;
}

/** `ls --recursive`: every key below, one a line. */
export async function listAll(context: Context, text: string, options: ListOptions): Promise<void> {
  const tree = await open(context, text, options);
  const { json, long } = options;
  const whole = json === true || long === true ? undefined : wholeStore(context, tree, options);
  if (whole !== undefined) return await writeAll(context.stdout, keyLines(whole));
  const line = (entry: Entry): string => {
    if (options.json === true) return jsonLine(entry, entry.key);
    if (options.long !== true) return visible(entry.key);
    const { key, bytes, modifiedMs } = entry;
    const time = Number.isNaN(modifiedMs) ? "" : `${new Date(modifiedMs).toISOString().slice(0, 19)}Z`;
    return `${time.padEnd(20)} ${String(bytes).padStart(14)}  ${visible(key)}`;
  };
  await writeAll(context.stdout, lines(entriesOf(context, tree, options), line));
}

async function* keyLines({
  pages,
  prefix,
}: {
  readonly pages: AsyncIterable<ObjectPage>;
  readonly prefix: string;
}): AsyncGenerator<string | Uint8Array> {
  const leavesOut = Buffer.byteLength(prefix);
  for await (const page of pages)
    yield (
      page.lines(leavesOut) ??
      Array.from({ length: page.count }, (_, at) => `${visible(page.keyAt(at, leavesOut))}\n`).join("")
    );
}

/** Put together by hand, which takes a third of the time: there may be millions. */
function jsonLine({ bytes, modifiedMs, etag }: Entry, key: string): string {
  const time = Number.isNaN(modifiedMs) ? "null" : `"${new Date(modifiedMs).toISOString()}"`;
  const rest = etag === undefined ? "" : `,"etag":${JSON.stringify(etag)}`;
  return `{"key":${JSON.stringify(key)},"bytes":${bytes},"modifiedAt":${time}${rest}}`;
}

async function* lines(pages: AsyncIterable<readonly Entry[]>, line: (entry: Entry) => string): AsyncGenerator<string> {
  for await (const page of pages) {
    let text = "";
    for (const entry of page) text += `${line(entry)}\n`;
    yield text;
  }
}

export interface DuOptions extends SelectionOptions {
  readonly depth?: number;
  readonly bytes?: boolean;
}

/** `du`: objects and bytes below, in all and, with a depth, folder by folder. */
export async function usage(context: Context, text: string, options: DuOptions): Promise<void> {
  const tree = await open(context, text, options);
  const depth = options.depth ?? 0;
  const total = { objects: 0, bytes: 0 };
  const size = (bytes: number): string => (options.bytes === true ? String(bytes) : formatBytes(bytes));
  const tell = (key: string, { objects, bytes }: typeof total): void => {
    const row = { key: tree.nameOf(key), objects, bytes };
    if (options.json === true) context.stdout.write(`${JSON.stringify(row)}\n`);
    else context.stdout.write(`${size(bytes).padStart(12)} ${count(objects).padStart(12)}  ${row.key}\n`);
  };
  // Keys come in order, so a folder is complete when the next key is outside of it.
  const stack: { key: string; objects: number; bytes: number }[] = [];
  const close = (until: number): void => {
    while (stack.length > until) {
      const folder = stack.pop();
      if (folder !== undefined) tell(folder.key, folder);
    }
  };
  const whole = depth === 0 ? wholeStore(context, tree, options) : undefined;
  if (whole !== undefined) return tell("", await sumOf(whole.pages));
  for await (const page of entriesOf(context, tree, options)) {
    for (const { key, bytes } of page) {
      const folders = depth === 0 ? [] : key.split("/").slice(0, -1).slice(0, depth);
      const paths = folders.map((_, at) => `${folders.slice(0, at + 1).join("/")}/`);
      const shared = paths.findIndex((path, at) => stack[at]?.key !== path);
      close(shared < 0 ? paths.length : shared);
      for (const path of paths.slice(stack.length)) stack.push({ key: path, objects: 0, bytes: 0 });
      for (const folder of [total, ...stack]) {
        folder.objects++;
        folder.bytes += bytes;
      }
    }
  }
  close(0);
  tell("", total);
}

async function sumOf(pages: AsyncIterable<ObjectPage>): Promise<{ objects: number; bytes: number }> {
  const sum = { objects: 0, bytes: 0 };
  for await (const page of pages) {
    sum.objects += page.count;
    for (let at = 0; at < page.count; at++) sum.bytes += page.bytesAt(at);
  }
  return sum;
}

export interface FindOptions extends SelectionOptions {
  readonly name?: string;
  readonly larger?: number;
  readonly smaller?: number;
  readonly newerThan?: Date;
  readonly olderThan?: Date;
}

/** `find`: addresses of what fits, one a line. */
export async function find(context: Context, text: string, options: FindOptions): Promise<void> {
  const tree = await open(context, text, options);
  const name = options.name === undefined ? undefined : globRegExp(options.name);
  const fits = ({ key, bytes, modifiedMs }: Entry): boolean =>
    (name === undefined || name.test(key.slice(key.lastIndexOf("/") + 1))) &&
    (options.larger === undefined || bytes > options.larger) &&
    (options.smaller === undefined || bytes < options.smaller) &&
    (options.newerThan === undefined || modifiedMs > options.newerThan.getTime()) &&
    (options.olderThan === undefined || modifiedMs < options.olderThan.getTime());
  const line = (entry: Entry): string =>
    options.json === true ? jsonLine(entry, tree.nameOf(entry.key)) : tree.nameOf(entry.key);
  async function* fitting(): AsyncGenerator<readonly Entry[]> {
    for await (const page of entriesOf(context, tree, options)) yield page.filter(fits);
  }
  await writeAll(context.stdout, lines(fitting(), line));
}

/** @throws Failure `BAD_SIZE` */
export function parseSize(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const size = Number(number) * 1024 ** ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase());
  if (Number.isFinite(size)) return size;
  throw new Failure("BAD_SIZE", "usage", `"${text}" is not a number of bytes`, { cure: ["Write 500k, 20M or 1G."] });
}

/** A time ago (`7d`), a date or a date and time. @throws Failure `BAD_TIME` */
export function parseTime(text: string, now: Date): Date {
  const [, number, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN);
  const time = Number.isNaN(seconds) ? new Date(text) : new Date(now.getTime() - seconds * 1000);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Failure("BAD_TIME", "usage", `"${text}" is not a time`, {
    cure: ["Write 7d, 2026-11-23 or 2026-11-23T18:00Z."],
  });
}
