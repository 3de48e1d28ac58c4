import { base64, hex } from "../crypto.ts";
import { readDone } from "../s3/errors.ts";
import {
  abortUploadRequest,
  completeUploadRequest,
  completionDocument,
  createUploadRequest,
  readCompletion,
  readUploadId,
  type Upload,
  type UploadedPart,
  uploadPartRequest,
} from "../s3/multipart.ts";
import { type NewObject, type ObjectAddress, readStored } from "../s3/objects.ts";
import { chunksBody, inParts, type Part } from "./bodies.ts";
import { StoreError } from "./error.ts";
import { corrupt } from "./failures.ts";
import type { S3Client } from "./s3-client.ts";
import { existsInsteadOfChanged } from "./s3-errors.ts";
import type { ObjectInfo, PutOptions, Store } from "./store.ts";

const mebibyte = 1024 ** 2;

/** Parts on their way at once, together: this much is held in memory, or one part where that is larger. */
const bytesInFlight = 32 * mebibyte;

/** How long the clean-up after a failure may take. */
const abortTimeoutMs = 10_000;

/**
 * 8 MiB, doubling every 1,000 parts up to 512 MiB: 10,000 parts hold 2.4 TiB, and a stream of unknown length starts with
 * little memory.
 */
function partBytes(partNumber: number): number {
  return 8 * mebibyte * 2 ** Math.min(6, Math.floor((partNumber - 1) / 1000));
}

/** Uploads in parts, or in one request when the stream ends within the first. Whole or not at all. */
export async function putS3Stream(
  client: S3Client,
  store: Store,
  place: ObjectAddress,
  body: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<ObjectInfo> {
  const parts = inParts(body, partBytes, client.crypto);
  const first = await parts.next();
  if (first.done === true) return await store.put(place.key, chunksBody([], 0), options);
  if (!first.value.isFull) return await store.put(place.key, first.value, options);
  if (options.ifAbsent === true) await refuseExisting(store, place, options);
  const { signal } = options;
  const create = createUploadRequest(place, newObject(options));
  const upload: Upload = { ...place, uploadId: await client.send(create, readUploadId, { place, signal }) };
  try {
    const uploaded = await uploadParts(client, upload, first.value, parts, options);
    return await complete(client, store, upload, uploaded, options);
  } catch (error) {
    // Not with the caller's signal, which may be what stopped the upload.
    const cleanUp = { place, signal: AbortSignal.timeout(abortTimeoutMs) };
    await client.send(abortUploadRequest(upload), readDone, cleanUp).catch(() => {});
    throw error;
  }
}

interface Uploaded {
  readonly parts: readonly UploadedPart[];
  readonly bytes: number;
  /** MD5 of the parts' MD5s and their number: the object's ETag on every store seen. */
  readonly etag: string;
}

async function uploadParts(
  client: S3Client,
  upload: Upload,
  first: Part,
  rest: AsyncGenerator<Part>,
  options: PutOptions,
): Promise<Uploaded> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const failed = new Promise<never>((_, reject) =>
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason)),
  );
  failed.catch(() => {});
  const running = new Set<Promise<void>>();
  const etags: string[] = [];
  const all = client.crypto.md5();
  let bytes = 0;

  async function send(part: Part, partNumber: number): Promise<void> {
    const request = uploadPartRequest(upload, partNumber, part, base64(part.md5));
    const stored = await client.send(request, readStored, { place: upload, signal });
    if (stored.etagIsMd5 && stored.etag !== hex(part.md5)) throw corrupt(upload, `part ${partNumber} arrived damaged`);
    etags[partNumber - 1] = stored.etag;
  }

  try {
    let part: IteratorResult<Part, void> = { value: first };
    for (let partNumber = 1; part.done !== true; partNumber++) {
      const { value } = part;
      all.update(value.md5);
      bytes += value.bytes;
      const sending: Promise<void> = send(value, partNumber).then(
        () => void running.delete(sending),
        (error: unknown) => stop.abort(error),
      );
      running.add(sending);
      while (running.size >= Math.max(1, bytesInFlight / partBytes(partNumber)))
        await Promise.race([...running, failed]);
      part = await Promise.race([rest.next(), failed]);
    }
    await Promise.race([Promise.all(running), failed]);
    signal.throwIfAborted();
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
  const parts = etags.map((etag, at) => ({ partNumber: at + 1, etag }));
  return { parts, bytes, etag: `${hex(all.digest())}-${parts.length}` };
}

async function complete(
  client: S3Client,
  store: Store,
  upload: Upload,
  uploaded: Uploaded,
  options: PutOptions,
): Promise<ObjectInfo> {
  const document = completionDocument(uploaded.parts);
  const request = completeUploadRequest(upload, document, newObject(options));
  const payload = client.crypto.sha256(document);
  const { key, bucket } = upload;
  let etag: string | undefined;
  try {
    etag = await client.send(request, readCompletion, { place: { bucket, key }, signal: options.signal, payload });
  } catch (error) {
    // The answer may be what got lost.
    const found = await store.stat(key, options).catch(() => undefined);
    if (found?.etag === uploaded.etag) return found;
    throw options.ifAbsent === true ? existsInsteadOfChanged(error, upload) : error;
  }
  const info: ObjectInfo =
    etag === undefined
      ? await store.stat(key, options)
      : { kind: "object", key, bytes: uploaded.bytes, etag, modifiedAt: client.http.now() };
  if (info.bytes !== uploaded.bytes || (/^[0-9a-f]{32}-\d+$/.test(info.etag) && info.etag !== uploaded.etag))
    throw corrupt(upload, "the store put other parts together than were sent");
  return info;
}

/** Asked first, since not every store looks at the condition when it completes an upload. */
async function refuseExisting(store: Store, { bucket, key }: ObjectAddress, { signal }: PutOptions): Promise<void> {
  try {
    await store.stat(key, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_NOT_FOUND") return;
    throw error;
  }
  throw new StoreError("STORE_EXISTS", `${bucket}/${key} exists already`);
}

export function newObject({ contentType, metadata, ifAbsent }: PutOptions): NewObject {
  return { contentType, metadata, ifNoneMatch: ifAbsent === true ? "*" : undefined };
}
