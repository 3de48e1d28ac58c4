import type { RequestBody } from "../http.ts";
import { chunksBody, orLeave } from "../store/bodies.ts";
import type { Multipart, StoredPart } from "../store/multipart.ts";
import { metadataOfCopy } from "./checksum.ts";
import { inLanes } from "./gate.ts";
import { largestWhole, partsOf } from "./part-sizes.ts";
import { tellingReceived } from "./passing.ts";
import { relayInParts } from "./relay-in-parts.ts";
import type { StoreSide } from "./side.ts";
import type { Wanted } from "./wanted.ts";
import type { Copied, Work } from "./work.ts";

const mebibyte = 1024 ** 2;

/** Objects up to this are held in memory on their way from one store to another. */
const heldBytes = mebibyte;
/** A server copies larger ones in parts, some at once. */
const largestCopy = 1024 * mebibyte;

/**
 * Copies an object from store to store: by the server where one has both, else through this machine, not its disk.
 *
 * @param as Its key there, where that is another one.
 */
export async function copyAcross(
  from: StoreSide,
  wanted: Wanted,
  to: StoreSide,
  work: Work,
  as: string = wanted.key,
): Promise<Copied> {
  const key = to.prefix + as;
  const { store } = to;
  const { multipart } = store;
  if (from.account === to.account && store.copy !== undefined) {
    const isLarge = wanted.bytes > largestCopy;
    if (isLarge && multipart?.copyPart === undefined) return await relay(from, wanted, { to, key }, work);
    const { etag } =
      isLarge && multipart !== undefined
        ? await copyInParts(from, wanted, { key, multipart }, work)
        : await store.copy(sourceOf(from, wanted), key, { signal: work.signal });
    if (!isLarge) work.onBytes(wanted.bytes);
    return { bytes: wanted.bytes, etag, isVerified: true };
  }
  return await relay(from, wanted, { to, key }, work);
}

const sourceOf = (from: StoreSide, { key, etag }: Wanted) => ({ bucket: from.bucket, key: from.prefix + key, etag });

async function copyInParts(
  from: StoreSide,
  wanted: Wanted,
  { key, multipart }: { readonly key: string; readonly multipart: Multipart },
  work: Work,
): Promise<{ readonly etag: string }> {
  const { signal } = work;
  const options = signal === undefined ? {} : { signal };
  const { contentType, ...info } = await from.store.stat(from.prefix + wanted.key, options);
  const metadata = metadataOfCopy(info.metadata);
  const upload = await multipart.create(key, {
    ...options,
    ...(contentType === undefined ? {} : { contentType }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  const parts: StoredPart[] = [];
  const partBytes = Math.max(256 * mebibyte, Math.ceil(wanted.bytes / 10_000));
  try {
    await inLanes(
      partsOf(wanted.bytes, partBytes),
      async ({ number, ...range }) => {
        const part = await multipart.copyPart?.(upload, number, sourceOf(from, wanted), { range, signal });
        if (part !== undefined) parts[number - 1] = part;
        work.onBytes(range.end - range.start + 1);
      },
      { gate: work.gate, most: 8 },
    );
    return await multipart.complete(upload, { ...options, parts });
  } catch (error) {
    await multipart.abort(upload, { signal: AbortSignal.timeout(10_000) }).catch(() => {});
    throw error;
  }
}

async function relay(
  from: StoreSide,
  wanted: Wanted,
  { to, key }: { readonly to: StoreSide; readonly key: string },
  work: Work,
): Promise<Copied> {
  const { multipart } = to.store;
  if (wanted.bytes > largestWhole && multipart !== undefined)
    return await relayInParts(from, wanted, { to, multipart, key }, work);
  const { signal } = work;
  const { info, body, isChecked } = await from.store.get(
    from.prefix + wanted.key,
    signal === undefined ? {} : { signal },
  );
  const { contentType, bytes } = info;
  const metadata = metadataOfCopy(info.metadata);
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const received = tellingReceived(work.bandwidth.received(body), work.onBytes);
  const { etag } =
    bytes <= heldBytes
      ? await to.store.put(key, await hold(received), options)
      : await orLeave(body, to.store.putStream(key, received, options));
  return { bytes, etag, isVerified: isChecked };
}

async function hold(body: AsyncIterable<Uint8Array>): Promise<RequestBody> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunksBody(
    chunks,
    chunks.reduce((sum, { byteLength }) => sum + byteLength, 0),
  );
}
