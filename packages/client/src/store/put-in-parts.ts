import type { Crypto } from "../crypto.ts";
import { chunksBody, inParts, type Part } from "./bodies.ts";
import { StoreError } from "./error.ts";
import type { Multipart, StoredPart, UploadId } from "./multipart.ts";
import type { Again, ObjectInfo, PutOptions, PutStreamOptions, Store } from "./store.ts";

const mebibyte = 1024 ** 2;

/** Parts on their way at once, together: this much is held in memory, or one part where that is larger. */
const bytesInFlight = 32 * mebibyte;

/** How long the clean-up after a failure may take. */
const abortTimeoutMs = 10_000;

/**
 * 8 MiB, doubling after each tenth of the parts there may be, up to 512 MiB: 10,000 parts hold 2.4 TiB, 1,000 segments
 * 249 GiB, and a stream of unknown length starts with little memory.
 */
export function streamPartBytes(partNumber: number, mostParts = 10_000): number {
  return 8 * mebibyte * 2 ** Math.min(6, Math.floor((partNumber - 1) / (mostParts / 10)));
}

/** Uploads a stream in parts, or in one request when it ends within the first. Whole or not at all. */
export async function putInParts(
  store: Pick<Store, "put" | "stat"> & { readonly multipart: Multipart },
  key: string,
  body: AsyncIterable<Uint8Array>,
  options: PutStreamOptions & { readonly crypto: Crypto },
): Promise<ObjectInfo> {
  const { multipart } = store;
  const { again = async (attempt) => await attempt() } = options;
  const parts = inParts(body, (partNumber) => streamPartBytes(partNumber, multipart.maxParts), options.crypto);
  const first = await parts.next();
  if (first.done === true) return await again(() => store.put(key, chunksBody([], 0), options));
  const { value } = first;
  if (!value.isFull) return await again(() => store.put(key, value, options));
  if (options.ifAbsent === true) await refuseExisting(store, key, options);
  const upload = await again(() => multipart.create(key, options));
  try {
    const stored = await uploadParts(multipart, upload, value, parts, { again, signal: options.signal });
    return await again(() => multipart.complete(upload, { ...options, parts: stored }));
  } catch (error) {
    // Not with the caller's signal, which may be what stopped the upload.
    await multipart.abort(upload, { signal: AbortSignal.timeout(abortTimeoutMs) }).catch(() => {});
    throw error;
  }
}

async function uploadParts(
  multipart: Multipart,
  upload: UploadId,
  first: Part,
  rest: AsyncGenerator<Part>,
  { again, signal: caller }: { readonly again: Again; readonly signal: AbortSignal | undefined },
): Promise<StoredPart[]> {
  const stop = new AbortController();
  const signal = caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal]);
  const failed = new Promise<never>((_, reject) =>
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason)),
  );
  failed.catch(() => {});
  const running = new Set<Promise<void>>();
  const stored: StoredPart[] = [];

  async function send(part: Part, partNumber: number): Promise<void> {
    const digest = async (): Promise<Uint8Array> => await Promise.resolve(part.md5);
    stored[partNumber - 1] = await again(() => multipart.uploadPart(upload, partNumber, part, { digest, signal }));
  }

  try {
    let part: IteratorResult<Part, void> = { value: first };
    for (let partNumber = 1; part.done !== true; partNumber++) {
      const sending: Promise<void> = send(part.value, partNumber).then(
        () => void running.delete(sending),
        (error: unknown) => stop.abort(error),
      );
      running.add(sending);
      while (running.size >= Math.max(1, bytesInFlight / part.value.bytes)) await Promise.race([...running, failed]);
      part = await Promise.race([rest.next(), failed]);
    }
    await Promise.race([Promise.all(running), failed]);
    signal.throwIfAborted();
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
  return stored;
}

/** Asked first, since not every store looks at the condition when it completes an upload. */
async function refuseExisting(store: Pick<Store, "stat">, key: string, { signal }: PutOptions): Promise<void> {
  try {
    await store.stat(key, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_NOT_FOUND") return;
    throw error;
  }
  throw new StoreError("STORE_EXISTS", `${key} exists already`);
}
