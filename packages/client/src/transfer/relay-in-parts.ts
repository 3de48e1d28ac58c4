import { type Crypto, type Digest, fromHex, hex } from "../crypto.ts";
import { chunksBody } from "../store/bodies.ts";
import { corrupt } from "../store/failures.ts";
import type { Multipart, StoredPart } from "../store/multipart.ts";
import { partBytesName } from "../store/part-bytes.ts";
import type { ObjectInfo } from "../store/store.ts";
import { isMd5, matchesEtag, metadataOfCopy } from "./checksum.ts";
import type { ByteRange } from "./folder.ts";
import { inLanes } from "./gate.ts";
import { orderedHash } from "./hash-in-order.ts";
import { crc32Fit } from "./parts-check.ts";
import { type Part, partBytesFor, partsOf, possibleCuts } from "./part-sizes.ts";
import { tellingReceived } from "./passing.ts";
import type { StoreSide } from "./side.ts";
import { takeUp } from "./take-up.ts";
import { statWanted, type Wanted } from "./wanted.ts";
import type { Copied, Work } from "./work.ts";

const mebibyte = 1024 ** 2;
/** Parts on their way at once are held in memory, together as much as this, or one where that is larger. */
const heldBytes = 48 * mebibyte;
/** The source's own parts are taken up to this size. */
const largestPart = 256 * mebibyte;

export interface RelayTarget {
  readonly to: StoreSide;
  readonly multipart: Multipart;
  /** In the bucket. */
  readonly key: string;
}

/**
 * Copies a large object from one store to another through this machine's memory, in parts that an attempt which ended
 * early leaves for the next one of the same version. It is cut as the source is, where that can be told, and so compared
 * with what the store keeps of it there.
 */
export async function relayInParts(from: StoreSide, wanted: Wanted, target: RelayTarget, work: Work): Promise<Copied> {
  const { to, multipart, key } = target;
  const { bytes, etag } = wanted;
  const { journal, signal } = work;
  const source = from.prefix + wanted.key;
  const until = signal === undefined ? {} : { signal };
  const told = await statWanted(from, wanted, signal);
  const { metadata, contentType } = told;
  const partBytes = partBytesOf(wanted, metadata, multipart);
  const name = [from.account, from.bucket, source, to.account, to.bucket, key].join("\n");
  const options = { ...until, ...(contentType && { contentType }), metadata: metadataOfCopy(metadata) ?? {} };
  const fingerprint = `${etag} ${told.modifiedAt.getTime()}`;
  const { upload, stored } = await takeUp(multipart, { name, key, fingerprint, partBytes, options }, work);
  const hashes = hashesOf(told, partBytes, work.crypto);
  const parts: StoredPart[] = [];

  async function relay(part: Part): Promise<void> {
    const { number, start, end } = part;
    const known = stored.get(number);
    if (known?.bytes === end - start + 1 && hashes.take(part, known.etag)) {
      parts[number - 1] = known;
      return work.onBytes(known.bytes);
    }
    const { chunks, md5 } = await fetchPart(from, source, part, etag, work);
    await hashes.add(part, chunks, md5);
    const body = chunksBody(chunks, end - start + 1);
    const digest = async (): Promise<Uint8Array> => await Promise.resolve(md5);
    parts[number - 1] =
      known?.etag === hex(md5) ? known : await multipart.uploadPart(upload, number, body, { digest, signal });
    work.gate.passed(body.bytes);
  }

  await inLanes(
    partsOf(bytes, partBytes),
    async (part) =>
      await relay(part).catch((error: unknown) => {
        hashes.fail(part, error);
        throw error;
      }),
    { gate: work.gate, most: Math.max(1, Math.floor(heldBytes / partBytes)) },
  );
  const isVerified = await hashes.matches();
  if (isVerified === false) {
    await multipart.abort(upload, { signal });
    await journal.forget(name);
    throw corrupt({ bucket: from.bucket, key: source }, "its checksum differs from the one the store keeps");
  }
  const made = await multipart.complete(upload, { parts, ...until });
  await journal.forget(name);
  return { bytes, etag: made.etag, isVerified: isVerified === true };
}

/** What the source says of itself, or its number of parts tells; else the usual size. */
function partBytesOf(
  { bytes, etag }: Wanted,
  metadata: ObjectInfo["metadata"],
  { minPartBytes, maxParts }: Multipart,
): number {
  const count = Number(/-(\d+)$/.exec(etag)?.[1]);
  const [first] = Number.isNaN(count) ? [] : (possibleCuts(bytes, count)[0] ?? []);
  const guessed = first === undefined ? Number.NaN : first.end - first.start + 1;
  const fits = (size: number): boolean =>
    size >= minPartBytes && size <= largestPart && Math.ceil(bytes / size) <= maxParts;
  return [Number(metadata?.[partBytesName]), guessed].find(fits) ?? partBytesFor(bytes, maxParts);
}

interface Hashes {
  /** Whether a part that is there need not be fetched. */
  take(part: Part, md5: string): boolean;
  add(part: Part, chunks: readonly Uint8Array[], md5: Uint8Array): Promise<void>;
  fail(part: Part, error: unknown): void;
  /** When all are there. Undefined when what the store keeps does not tell. */
  matches(): Promise<boolean | undefined>;
}

/**
 * By CRC32s where the store keeps them and all parts were fetched; else by MD5s, which are there in any case, and all that
 * is known of parts that an earlier attempt sent.
 */
function hashesOf(told: ObjectInfo, partBytes: number, crypto: Crypto): Hashes {
  const { etag, bytes, checksum, metadata } = told;
  const whole = checksum?.algorithm === "md5" ? orderedHash(crypto.md5()) : undefined;
  const fits = crc32Fit(told, partBytes, crypto);
  const md5s = new Map<number, Uint8Array>();
  const crc32s = new Map<number, Uint8Array>();

  function md5Of({ start, end }: ByteRange): Uint8Array {
    if (whole !== undefined) return whole.digest();
    const isOurs = end - start + 1 === partBytes || end === bytes - 1;
    return (isOurs ? md5s.get(start) : undefined) ?? new Uint8Array();
  }

  return {
    take({ start }, md5) {
      const needsAll = isMd5(etag) && checksum !== undefined;
      if (needsAll || !isMd5(md5)) return false;
      md5s.set(start, fromHex(md5));
      return true;
    },
    async add({ number, start }, chunks, md5) {
      md5s.set(start, md5);
      if (fits !== undefined) crc32s.set(start, digestOfChunks(chunks, crypto.crc32()));
      await whole?.add(number, chunks);
    },
    fail: ({ number }, error) => whole?.fail(number, error),
    async matches() {
      const sums = [...partsOf(bytes, partBytes)].map(({ start }) => crc32s.get(start));
      if (fits !== undefined && sums.every((sum) => sum !== undefined)) return fits(sums);
      if (isMd5(etag) && whole === undefined) return undefined; // it only looks like one
      const isSame = await matchesEtag(told, (_, range) => Promise.resolve(md5Of(range)), crypto);
      const isCutAlike = whole !== undefined || metadata?.[partBytesName] === String(partBytes);
      return isSame === true || isCutAlike ? isSame : undefined;
    },
  };
}

function digestOfChunks(chunks: readonly Uint8Array[], digest: Digest): Uint8Array {
  for (const chunk of chunks) digest.update(chunk);
  return digest.digest();
}

async function fetchPart(from: StoreSide, key: string, { start, end }: Part, etag: string, work: Work) {
  const { signal, bandwidth, onBytes, crypto } = work;
  const { body } = await from.store.get(key, { range: { start, end }, ifMatch: etag, ...(signal && { signal }) });
  const [chunks, digest] = [new Array<Uint8Array>(), crypto.md5()];
  for await (const chunk of tellingReceived(bandwidth.received(body), onBytes)) {
    chunks.push(chunk);
    digest.update(chunk);
  }
  return { chunks, md5: digest.digest() };
}
