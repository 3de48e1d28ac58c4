import { basename, resolve } from "node:path";
import { Failure, type ObjectInfo, type Store, visible } from "@fedbucket/client";
import { localFile, writeFileFrom } from "@fedbucket/client/node";
import {
  type Address,
  type BucketAddress,
  formatAddress,
  parseAddress,
  parseObject,
  type RemoteAddress,
} from "../address.ts";
import type { Context } from "../context.ts";
import { formatBytes, writeTo } from "../output.ts";
import type { DataOptions, OpenAccount } from "./accounts.ts";
import { contentTypeOf } from "./content-type.ts";
import { downloadPath } from "./local-target.ts";
import { type Progress, showProgress } from "./progress.ts";

/** Files above this are uploaded in parts, some of them at once. */
const largestWholeBytes = 64 * 1024 ** 2;

/** What `cp --json` prints. */
interface Copied {
  readonly source: string;
  readonly destination: string;
  readonly bytes: number;
  /** Of the object read or written. */
  readonly etag: string;
}

interface Job {
  readonly context: Context;
  readonly open: OpenAccount;
  readonly source: string;
  readonly destination: string;
}

/** `cp`: one object or file. What is written appears whole or not at all. */
export async function copy(
  context: Context,
  open: OpenAccount,
  [source, destination]: readonly [source: string, destination: string],
  { json }: DataOptions,
): Promise<void> {
  const job = { context, open, source, destination };
  const [from, to] = [parseAddress(source), parseAddress(destination)];
  if (json === true && to.kind === "pipe")
    throw usage("--json and the object itself cannot both go to standard output");
  const copied = await run(job, from, to);
  if (json === true) context.stdout.write(`${JSON.stringify(copied)}\n`);
  else
    context.stderr.write(
      `Copied ${visible(copied.source)} to ${visible(copied.destination)} (${formatBytes(copied.bytes)})\n`,
    );
}

async function run(job: Job, from: Address, to: Address): Promise<Copied> {
  if (from.kind === "remote") {
    const source = parseObject(job.source);
    return to.kind === "remote" ? await relay(job, source, to) : await download(job, source, to);
  }
  if (to.kind === "remote") return await upload(job, from, to);
  throw usage(`neither ${job.source} nor ${job.destination} is in a store`, "fedbucket cp FILE s3://bucket/key");
}

async function upload(job: Job, from: Exclude<Address, RemoteAddress>, to: RemoteAddress): Promise<Copied> {
  const { context } = job;
  const target = objectAt(to, from.kind === "file" ? basename(resolve(context.cwd, from.path)) : undefined);
  const source =
    from.kind === "pipe"
      ? { kind: "stream" as const, stream: context.stdin as AsyncIterable<Uint8Array> }
      : await localFile(resolve(context.cwd, from.path));
  const bytes = source.kind === "file" ? source.body.bytes : undefined;
  const contentType = contentTypeOf(from.kind === "file" ? from.path : target.key);
  const options = { signal: context.signal, ...(contentType === undefined ? {} : { contentType }) };
  const store = await storeOf(job, target);
  const stored = await withProgress(context, bytes, (progress) => {
    if (source.kind === "file" && source.body.bytes <= largestWholeBytes)
      return store.put(target.key, source.body, options);
    const stream = source.kind === "file" ? source.body.open() : source.stream;
    return store.putStream(target.key, progress.counting(stream), options);
  });
  return { source: job.source, destination: formatAddress(target), bytes: stored.bytes, etag: stored.etag };
}

async function download(job: Job, from: BucketAddress, to: Exclude<Address, RemoteAddress>): Promise<Copied> {
  const { context } = job;
  const path = to.kind === "file" ? await downloadPath(context.cwd, to.path, from.key) : undefined;
  const { info, body } = await (await storeOf(job, from)).get(from.key, { signal: context.signal });
  const work = withProgress(context, info.bytes, async (progress) => {
    if (path !== undefined) return await writeFileFrom(path, progress.counting(body));
    for await (const chunk of body) await writeTo(context.stdout, chunk);
  });
  await orLeave(body, work);
  return { source: formatAddress(from), destination: path ?? "-", bytes: info.bytes, etag: info.etag };
}

/** From store to store through this machine, keeping content type and metadata. */
async function relay(job: Job, from: BucketAddress, to: RemoteAddress): Promise<Copied> {
  const { context } = job;
  const target = objectAt(to, from.key.slice(from.key.lastIndexOf("/") + 1) || undefined);
  if (formatAddress(from) === formatAddress(target)) throw usage(`${formatAddress(from)} cannot be copied onto itself`);
  const [source, store] = [await storeOf(job, from), await storeOf(job, target)];
  const { info, body } = await source.get(from.key, { signal: context.signal });
  const { contentType, metadata } = info;
  const options = {
    signal: context.signal,
    ...(contentType === undefined ? {} : { contentType }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const work = withProgress(context, info.bytes, (progress) =>
    store.putStream(target.key, progress.counting(body), options),
  );
  const stored: ObjectInfo = await orLeave(body, work);
  return { source: formatAddress(from), destination: formatAddress(target), bytes: stored.bytes, etag: stored.etag };
}

/** What reads a body may fail before it begins; the connection would be kept waiting, and this process with it. */
async function orLeave<T>(body: AsyncIterable<Uint8Array>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await leave(body).catch(() => undefined); // what went wrong is said already
    throw error;
  }
}

async function leave(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body) return;
}

/** A bucket alone, or a key that ends in `/`, takes the source's name. */
function objectAt(to: RemoteAddress, name: string | undefined): BucketAddress {
  const { bucket, key } = to;
  if (bucket === undefined) throw usage(`${formatAddress(to)} names no bucket`, "fedbucket cp FILE s3://bucket/key");
  if (key !== "" && !key.endsWith("/")) return { ...to, bucket };
  if (name === undefined)
    throw usage("the object needs a name", `fedbucket cp SOURCE ${formatAddress({ ...to, key: `${key}name` })}`);
  return { ...to, bucket, key: `${key}${name}` };
}

async function storeOf({ open }: Job, address: BucketAddress): Promise<Store> {
  return (await open(address)).bucket(address.bucket);
}

async function withProgress<T>(
  context: Context,
  bytes: number | undefined,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = showProgress(context, bytes);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

function usage(message: string, cure = "fedbucket help cp"): Failure {
  return new Failure("BAD_ADDRESS", "usage", message, { cure: [cure] });
}
