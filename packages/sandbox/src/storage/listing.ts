import type { IndexDatabase } from "./index-database.ts";
import { asBuffer, keyBytes, objectRecord } from "./rows.ts";
import type { ObjectRow } from "./rows.ts";
import type { ListEntry, ListPage, ListRequest } from "./storage.ts";

/** What to list, as bytes. */
interface Query {
  readonly bucket: number;
  readonly prefix: Buffer;
  readonly delimiter: Buffer | undefined;
  readonly before: Buffer | undefined;
}

/** One page of a bucket. Groups are skipped with one seek each, however many keys they hold. */
export function listPage(index: IndexDatabase, bucket: number, request: ListRequest): ListPage {
  const { prefix = "", delimiter, after, before, limit } = request;
  const query: Query = {
    bucket,
    prefix: keyBytes(prefix),
    delimiter: delimiter ? keyBytes(delimiter) : undefined,
    before: before ? keyBytes(before) : undefined,
  };
  if (limit <= 0) return { entries: [], truncated: false };
  const entries: ListEntry[] = [];
  for (const entry of entriesFrom(index, query, firstKey(query, after), limit + 1)) {
    if (entries.length === limit) return { entries, truncated: true };
    entries.push(entry);
  }
  return { entries, truncated: false };
}

/** The least key that may be listed. When `after` lies in a group, the group's name is not after it: all of it is past. */
function firstKey(query: Query, after: string | undefined): Buffer | undefined {
  if (!after) return query.prefix;
  const last = keyBytes(after);
  if (Buffer.compare(last, query.prefix) < 0) return query.prefix;
  const group = groupOf(last, query);
  return group === undefined ? Buffer.concat([last, Buffer.of(0)]) : successor(group);
}

function* entriesFrom(
  index: IndexDatabase,
  query: Query,
  first: Buffer | undefined,
  most: number,
): Generator<ListEntry> {
  const end = successor(query.prefix);
  let from = first;
  let rows = query.delimiter === undefined ? most : 1;
  while (from !== undefined) {
    const page = rowsFrom(index, query.bucket, from, end, rows);
    const step = yield* entriesOf(page, query);
    if (step.done || (page.length < rows && step.seek === undefined)) return;
    from = step.seek ?? Buffer.concat([asBuffer(page.at(-1)!.key), Buffer.of(0)]);
    // After a group there is often another, so read one row; among objects read more and more at once.
    rows = step.seek === undefined ? Math.min(rows * 4, most) : 1;
  }
}

/** Yields a page's entries up to its first group; `seek` is the first key after that group. */
function* entriesOf(
  page: readonly ObjectRow[],
  query: Query,
): Generator<ListEntry, { done: boolean; seek?: Buffer | undefined }> {
  for (const row of page) {
    const key = asBuffer(row.key);
    const group = groupOf(key, query);
    if (query.before !== undefined && Buffer.compare(group ?? key, query.before) >= 0) return { done: true };
    if (group === undefined) {
      yield { kind: "object", ...objectRecord(row) };
      continue;
    }
    yield { kind: "prefix", prefix: group.toString("utf8") };
    const seek = successor(group);
    return { done: seek === undefined, seek };
  }
  return { done: false };
}

function rowsFrom(
  index: IndexDatabase,
  bucket: number,
  from: Buffer,
  end: Buffer | undefined,
  rows: number,
): ObjectRow[] {
  const columns = "select key, bytes, etag, modified, headers from object where bucket = ? and key >= ?";
  const found =
    end === undefined
      ? index.all(`${columns} order by key limit ?`, bucket, from, rows)
      : index.all(`${columns} and key < ? order by key limit ?`, bucket, from, end, rows);
  return found as ObjectRow[];
}

/** The common prefix a key rolls up to: up to and including the first delimiter after the prefix asked for. */
function groupOf(key: Buffer, { prefix, delimiter }: Query): Buffer | undefined {
  if (delimiter === undefined || !key.subarray(0, prefix.length).equals(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.subarray(0, at + delimiter.length);
}

/** The least byte string above everything that starts with `prefix`; undefined when there is none. */
export function successor(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return undefined;
  const next = Buffer.from(prefix.subarray(0, last + 1));
  next[last] = next[last]! + 1;
  return next;
}
