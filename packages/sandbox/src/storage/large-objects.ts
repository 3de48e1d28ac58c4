import { createHash } from "node:crypto";
import { StorageError } from "./storage.ts";
import type { BucketRecord, ObjectRecord, OpenObject, Storage } from "./storage.ts";

/** A stretch of a large object: an object, or part of one. */
export interface Segment {
  readonly bucket: string;
  readonly key: string;
}

/** Whether the reader may read what is in this bucket. Its refusal is thrown. */
export type Admit = (bucket: BucketRecord | undefined) => void;

/**
 * Opens an object as a reader sees it. Swift's large objects are joined here, so that both protocols read them: the bytes
 * of a static one (SLO) are a list of its segments, JSON of {@link Segment}; a dynamic one (DLO) has the objects of a
 * prefix for its segments.
 */
export async function openWhole(storage: Storage, bucket: string, key: string, admit: Admit): Promise<OpenObject> {
  const opened = await storage.open(bucket, key);
  const { traits } = opened.object;
  if (traits?.whole !== undefined) return openStatic(storage, opened, traits.whole, admit);
  if (traits?.segments !== undefined) return openDynamic(storage, opened.object, traits.segments, admit);
  return opened;
}

/** As {@link openWhole}, without the bytes. */
export async function statWhole(storage: Storage, bucket: string, key: string, admit: Admit): Promise<ObjectRecord> {
  const object = await storage.stat(bucket, key);
  const { whole, segments } = object.traits ?? {};
  if (whole !== undefined) return { ...object, ...whole };
  if (segments === undefined) return object;
  return { ...object, ...summed(await listSegments(storage, segments, admit)) };
}

async function openStatic(
  storage: Storage,
  manifest: OpenObject,
  whole: { readonly etag: string; readonly bytes: number },
  admit: Admit,
): Promise<OpenObject> {
  const segments = await readManifest(manifest);
  for (const name of new Set(segments.map(({ bucket }) => bucket))) admit(await storage.findBucket(name));
  const opened = await Promise.all(segments.map(({ bucket, key }) => storage.open(bucket, key)));
  const bytes = opened.reduce((sum, { object }) => sum + object.bytes, 0);
  if (bytes !== whole.bytes) throw new StorageError("NO_SUCH_KEY", "a segment has another size than it had");
  return { object: { ...manifest.object, ...whole }, read: joined(opened) };
}

export async function readManifest(manifest: OpenObject): Promise<readonly Segment[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of manifest.read()) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as Segment[];
}

async function openDynamic(
  storage: Storage,
  object: ObjectRecord,
  segments: string,
  admit: Admit,
): Promise<OpenObject> {
  const found = await listSegments(storage, segments, admit);
  const opened = await Promise.all(found.map(({ bucket, object: { key } }) => storage.open(bucket, key)));
  return { object: { ...object, ...summed(found) }, read: joined(opened) };
}

async function listSegments(
  storage: Storage,
  segments: string,
  admit: Admit,
): Promise<{ readonly bucket: string; readonly object: ObjectRecord }[]> {
  const slash = segments.indexOf("/");
  const bucket = segments.slice(0, slash);
  admit(await storage.findBucket(bucket));
  const { entries } = await storage.list({
    bucket,
    prefix: segments.slice(slash + 1),
    limit: Number.MAX_SAFE_INTEGER - 1,
  });
  return entries.flatMap((entry) => (entry.kind === "object" ? [{ bucket, object: entry }] : []));
}

function summed(segments: readonly { readonly object: ObjectRecord }[]): { etag: string; bytes: number } {
  return {
    etag: etagOfSegments(segments.map(({ object }) => object.etag)),
    bytes: segments.reduce((sum, { object }) => sum + object.bytes, 0),
  };
}

/** MD5 of the segments' ETags, one after the other. */
export function etagOfSegments(etags: readonly string[]): string {
  return createHash("md5").update(etags.join("")).digest("hex");
}

function joined(opened: readonly OpenObject[]): OpenObject["read"] {
  return async function* (range = { start: 0, end: Number.POSITIVE_INFINITY }) {
    let offset = 0;
    for (const segment of opened) {
      const start = Math.max(range.start - offset, 0);
      const end = Math.min(range.end - offset, segment.object.bytes);
      if (start < end) yield* segment.read({ start, end });
      offset += segment.object.bytes;
    }
  };
}
