import { type BucketInfo, type ObjectInfo, type PrefixInfo, StoreError, visible } from "@fedbucket/client";
import { type BucketAddress, parseRemote } from "../address.ts";
import type { Context } from "../context.ts";
import { writeAll } from "../output.ts";
import type { DataOptions, OpenAccount } from "./accounts.ts";

export interface ListCommandOptions extends DataOptions {
  readonly long?: boolean | undefined;
}

/** `ls`: buckets, or what is in one, one level deep. Memory does not grow with the listing. */
export async function list(
  context: Context,
  open: OpenAccount,
  text: string | undefined,
  options: ListCommandOptions,
): Promise<void> {
  const address = parseRemote(text ?? "s3://");
  const { bucket } = address;
  if (bucket === undefined) return await listBuckets(context, open, address, options);
  await listObjects(context, open, { ...address, bucket }, options);
}

async function listBuckets(
  context: Context,
  open: OpenAccount,
  address: { readonly profile?: string },
  options: ListCommandOptions,
): Promise<void> {
  const account = await open(address);
  const buckets = account.listBuckets({ signal: context.signal });
  if (options.json === true) return await writeAll(context.stdout, jsonList({}, "buckets", buckets));
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const bucket of buckets) {
      count++;
      yield `${options.long === true ? longBucket(bucket) : visible(bucket.name)}\n`;
    }
  }
  await writeAll(context.stdout, lines());
  if (count === 0) context.stderr.write("No buckets yet. Make one: fedbucket mb s3://NAME\n");
}

async function listObjects(
  context: Context,
  open: OpenAccount,
  address: BucketAddress,
  options: ListCommandOptions,
): Promise<void> {
  const { bucket, key: prefix } = address;
  const store = (await open(address)).bucket(bucket);
  const entries = orNothingThere(address, store.list({ prefix, delimiter: "/", signal: context.signal }));
  if (options.json === true) return await writeAll(context.stdout, jsonList({ bucket, prefix }, "entries", entries));
  const shown = prefix.lastIndexOf("/") + 1;
  async function* lines(): AsyncGenerator<string> {
    for await (const entry of entries)
      yield `${options.long === true ? longEntry(entry, shown) : nameOf(entry, shown)}\n`;
  }
  await writeAll(context.stdout, lines());
}

/** An empty bucket is no error; a name that nothing begins with is. */
async function* orNothingThere<T>(address: BucketAddress, entries: AsyncIterable<T>): AsyncGenerator<T> {
  let isEmpty = true;
  for await (const entry of entries) {
    isEmpty = false;
    yield entry;
  }
  if (isEmpty && address.key !== "")
    throw new StoreError("STORE_NOT_FOUND", `nothing in ${address.bucket} begins with ${visible(address.key)}`);
}

/** One JSON object around a list that is written as it comes. */
async function* jsonList(head: object, name: string, items: AsyncIterable<object>): AsyncGenerator<string> {
  let before = JSON.stringify({ ...head, [name]: [] }).slice(0, -2);
  for await (const item of items) {
    yield `${before}${JSON.stringify(item)}`;
    before = ",";
  }
  yield `${before === "," ? "" : before}]}\n`;
}

const nameOf = (entry: ObjectInfo | PrefixInfo, from: number): string =>
  visible((entry.kind === "prefix" ? entry.prefix : entry.key).slice(from));

function longEntry(entry: ObjectInfo | PrefixInfo, from: number): string {
  const [time, bytes] = entry.kind === "prefix" ? ["", "-"] : [formatTime(entry.modifiedAt), String(entry.bytes)];
  return `${time.padEnd(20)} ${bytes.padStart(14)}  ${nameOf(entry, from)}`;
}

function longBucket({ name, createdAt, objects, bytes }: BucketInfo): string {
  const time = createdAt === undefined ? "" : formatTime(createdAt);
  return `${time.padEnd(20)} ${String(objects ?? "-").padStart(9)} ${String(bytes ?? "-").padStart(14)}  ${visible(name)}`;
}

/** UTC, as in `2026-11-23T18:29:54Z`. */
function formatTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? "" : `${time.toISOString().slice(0, 19)}Z`;
}
