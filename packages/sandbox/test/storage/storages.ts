import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openStorage } from "../../src/storage/open.ts";
import { StorageError } from "../../src/storage/storage.ts";
import type { ObjectRecord, PutRequest, Storage, StorageErrorCode } from "../../src/storage/storage.ts";

/** A body of this size is a file of its own in every storage. */
export const largeBytes = 300_000;

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function opened(storage: Storage): Promise<Storage> {
  onTestFinished(() => storage.close());
  await storage.createBucket({ name: "bucket", projectId: "project" });
  return storage;
}

/** Both kinds, with a bucket named `bucket`, closed when the test ends. */
export const kinds = [
  { kind: "in a folder", open: async () => opened(await openStorage({ folder: await temporaryFolder() })) },
  { kind: "in memory", open: async () => opened(await openStorage({ memory: true })) },
];

export async function* bodyOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Bytes that differ everywhere and are the same for the same seed. */
export function bytesOf(length: number, seed = "x"): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < length; at += 64) blocks.push(createHash("sha512").update(`${seed}${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

export function md5(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export function put(
  storage: Storage,
  key: string,
  bytes: string | Uint8Array,
  more: Partial<PutRequest> = {},
): Promise<ObjectRecord> {
  return storage.put({ bucket: "bucket", key, body: bodyOf(bytes), system: {}, metadata: {}, ...more });
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export async function read(storage: Storage, key: string, bucket = "bucket"): Promise<Buffer> {
  return collect((await storage.open(bucket, key)).read());
}

export async function names(storage: Storage, query: Partial<Parameters<Storage["list"]>[0]> = {}): Promise<string[]> {
  const { entries } = await storage.list({ bucket: "bucket", limit: 1000, ...query });
  return entries.map((entry) => (entry.kind === "prefix" ? entry.prefix : entry.key));
}

/** The code a call fails with; undefined when it does not fail. */
export async function failure(call: Promise<unknown>): Promise<StorageErrorCode | undefined> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StorageError) return error.code;
    throw error;
  }
  return undefined;
}
