import { realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import {
  type Again,
  copyAcross,
  download as downloadFile,
  Failure,
  type Gate,
  largestWhole,
  leave,
  orLeave,
  type StoreSide,
  tellingAttempt,
  upload as uploadFile,
  visible,
  type Work,
} from "@fedbucket/client";
import { diskFolder, localFile, writeFileFrom } from "@fedbucket/client/node";
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
import { storeSide } from "../transfer/tree.ts";
import { makeGate, makeWork, outlasting, type WorkOptions } from "../transfer/work.ts";
import type { OpenAccount } from "./accounts.ts";
import { contentTypeOf } from "./content-type.ts";
import { downloadPath } from "./local-target.ts";
import { type Progress, showProgress } from "./progress.ts";

/** What `cp --json` prints. */
export interface Copied {
  readonly source: string;
  readonly destination: string;
  /** Absent where nobody knows before it was read. */
  readonly bytes?: number;
  /** Of the object read or written. */
  readonly etag?: string;
  /** The store keeps no checksum that the bytes could be compared with. */
  readonly unverified?: true;
  readonly dryRun?: true;
}

const verdict = (isVerified: boolean): { unverified?: true } => (isVerified ? {} : { unverified: true });

interface Job {
  readonly context: Context;
  readonly open: OpenAccount;
  readonly source: string;
  readonly destination: string;
  readonly options: CopyOptions;
  /** Outlasts troubles that pass. */
  readonly again: Again;
  /** Copies; so many bytes that starting anew would hurt are worth several attempts. */
  attempt<T>(bytes: number, progress: Progress, copying: (work: Work) => Promise<T>): Promise<T>;
}

export interface CopyOptions extends WorkOptions {
  readonly gate?: Gate;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

/** `cp`: one object or file. What is written appears whole or not at all. */
export async function copy(
  context: Context,
  open: OpenAccount,
  addresses: readonly [source: string, destination: string],
  options: CopyOptions,
): Promise<void> {
  tell(context, await copyOne(context, open, addresses, options), "Copied", options);
}

/** Says that one object or file was copied, or moved. */
export function tell(
  { stdout, stderr }: Context,
  copied: Copied,
  done: "Copied" | "Moved",
  { json }: CopyOptions,
): void {
  const words = `${visible(copied.source)} to ${visible(copied.destination)}`;
  const size = copied.bytes === undefined ? "" : ` (${formatBytes(copied.bytes)})`;
  if (json === true) stdout.write(`${JSON.stringify(copied)}\n`);
  else if (copied.dryRun === true) stdout.write(`would ${done === "Moved" ? "move" : "copy"} ${words}${size}\n`);
  else stderr.write(`${done} ${words}${size}${copied.unverified === true ? ", with no checksum to compare" : ""}\n`);
}

/** As {@link copy}, and says nothing of it. */
export async function copyOne(
  context: Context,
  open: OpenAccount,
  [source, destination]: readonly [source: string, destination: string],
  options: CopyOptions,
): Promise<Copied> {
  const { json, gate = makeGate(options) } = options;
  const again = outlasting(context, gate);
  const job: Job = {
    context,
    open,
    source,
    destination,
    options,
    again,
    async attempt(bytes, progress, copying) {
      const once = async () =>
        await tellingAttempt(
          (more) => progress.passed(more),
          async (onBytes) => await copying(makeWork(context, gate, options, onBytes)),
        );
      return bytes > largestWhole ? await again(once) : await once();
    },
  };
  const [from, to] = [parseAddress(source), parseAddress(destination)];
  if (json === true && to.kind === "pipe")
    throw usage("--json and the object itself cannot both go to standard output");
  return await run(job, from, to);
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
  const { context, options, again } = job;
  const path = from.kind === "file" ? resolve(context.cwd, from.path) : undefined;
  const target = objectAt(to, path === undefined ? undefined : basename(path));
  const source =
    path === undefined
      ? { kind: "stream" as const, stream: context.stdin as AsyncIterable<Uint8Array> }
      : await localFile(path);
  const ends = { source: job.source, destination: formatAddress(target) };
  const known = source.kind === "file" ? source.body.bytes : undefined;
  if (options.dryRun === true) return { ...ends, ...(known === undefined ? {} : { bytes: known }), dryRun: true };
  const side = await sideOf(job, target);
  const { bytes, etag, isVerified } = await withProgress(
    context,
    known,
    async (progress): Promise<{ bytes: number; etag: string; isVerified: boolean }> => {
      if (source.kind === "file" && path !== undefined)
        return await job.attempt(source.body.bytes, progress, (work) =>
          uploadFile(diskFolder(dirname(path)), basename(path), side, work, target.key),
        );
      const contentType = contentTypeOf(path ?? target.key);
      const described = { signal: context.signal, again, ...(contentType === undefined ? {} : { contentType }) };
      const stream = source.kind === "stream" ? source.stream : source.body.open();
      return { ...(await side.store.putStream(target.key, progress.counting(stream), described)), isVerified: true };
    },
  );
  return { ...ends, bytes, etag, ...verdict(isVerified) };
}

async function download(job: Job, from: BucketAddress, to: Exclude<Address, RemoteAddress>): Promise<Copied> {
  const { context, options } = job;
  const path = to.kind === "file" ? await downloadPath(context.cwd, to.path, from.key) : undefined;
  const ends = { source: formatAddress(from), destination: path ?? "-" };
  const side = await sideOf(job, from);
  if (options.dryRun === true) {
    const { bytes, etag } = await side.store.stat(from.key, { signal: context.signal });
    return { ...ends, bytes, etag, dryRun: true };
  }
  const { info, isChecked, body } = await side.store.get(from.key, { signal: context.signal, again: job.again });
  const { bytes, etag } = info;
  const isVerified = await withProgress(context, bytes, async (progress): Promise<boolean> => {
    if (path !== undefined && bytes > largestWhole && (await isOrdinary(path))) {
      await leave(body);
      const target = await realpath(path).catch(() => path);
      const wanted = { key: from.key, bytes, etag, told: info };
      const copied = await job.attempt(bytes, progress, (work) =>
        downloadFile(side, wanted, diskFolder(dirname(target)), work, basename(target)),
      );
      return copied.isVerified;
    }
    if (path !== undefined) await orLeave(body, writeFileFrom(path, progress.counting(body)));
    else for await (const chunk of progress.counting(body)) await writeTo(context.stdout, chunk);
    return isChecked;
  });
  return { ...ends, bytes, etag, ...verdict(isVerified) };
}

/** Neither a pipe nor a device. */
async function isOrdinary(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status === undefined || status.isFile();
}

/** From store to store: by the server where one has both, else through this machine. Content type and metadata stay. */
async function relay(job: Job, from: BucketAddress, to: RemoteAddress): Promise<Copied> {
  const { context, options } = job;
  const target = objectAt(to, from.key.slice(from.key.lastIndexOf("/") + 1) || undefined);
  const [source, destination] = [await sideOf(job, from), await sideOf(job, target)];
  const isSamePlace = source.account === destination.account && from.bucket === target.bucket;
  if (isSamePlace && from.key === target.key) throw usage(`${formatAddress(from)} cannot be copied onto itself`);
  const { bytes, etag } = await source.store.stat(from.key, { signal: context.signal });
  const ends = { source: formatAddress(from), destination: formatAddress(target) };
  if (options.dryRun === true) return { ...ends, bytes, etag, dryRun: true };
  const copied = await withProgress(context, bytes, (progress) =>
    job.attempt(bytes, progress, (work) =>
      copyAcross(source, { key: from.key, bytes, etag }, destination, work, target.key),
    ),
  );
  return { ...ends, bytes: copied.bytes, etag: copied.etag, ...verdict(copied.isVerified) };
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

async function sideOf({ open }: Job, address: BucketAddress): Promise<StoreSide> {
  return storeSide(await open(address), { ...address, key: "" });
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
