import { combineCrc32, type Piece } from "../crc32-combine.ts";
import { type Crypto, hex } from "../crypto.ts";
import { compositeCrc32 } from "../store/composite-etag.ts";
import type { ObjectInfo } from "../store/store.ts";
import { partBytesName } from "../store/part-bytes.ts";
import { type Claim, isMd5, matchesEtag } from "./checksum.ts";
import type { ByteRange, PartialFile } from "./folder.ts";
import { type Part, partBytesFor } from "./part-sizes.ts";

/** Compares an object that arrives in parts, in any order, with what the store keeps. */
export interface PartsCheck {
  /** The same chunks of a part on their way into the file. */
  passing(part: Part, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** The part is in the file, now or since an earlier process. */
  arrived(part: Part): void;
  /** When all have arrived. Undefined when what the store keeps does not tell. */
  matches(): Promise<boolean | undefined>;
}

/**
 * By the CRC32 of the whole where the store keeps one, or by those of the parts where it keeps these and they were cut as
 * they are fetched; else by MD5s, which take ten times as long.
 */
export function checkOf(told: ObjectInfo, partial: PartialFile, crypto: Crypto): PartsCheck {
  const fits = crc32Fit(told, partBytesFor(told.bytes), crypto);
  if (fits !== undefined) return byCrc32(fits, partial, crypto);
  return isMd5(told.etag) && told.checksum === undefined ? nothingTold : byMd5(told, partial, crypto);
}

/** Whether the CRC32s of all parts, in their order, are those of the object. */
export type Crc32Fit = (sums: readonly Uint8Array[]) => boolean;

/** Undefined where the store keeps no CRC32, or those of parts that were cut in another way. */
export function crc32Fit(told: ObjectInfo, partBytes: number, crypto: Crypto): Crc32Fit | undefined {
  const { bytes, checksum, metadata, partsCrc32 = "" } = told;
  if (checksum?.algorithm === "crc32") {
    const pieceOf = (crc32: Uint8Array, index: number): Piece => {
      return { crc32, bytes: Math.min(partBytes, bytes - index * partBytes) };
    };
    return (sums) => hex(combineCrc32(sums.map(pieceOf))) === checksum.value;
  }
  if (metadata?.[partBytesName] === String(partBytes) && partsCrc32.endsWith(`-${Math.ceil(bytes / partBytes)}`))
    return (sums) => compositeCrc32(sums, crypto) === partsCrc32;
  return undefined;
}

/** Of objects that the store encrypts with keys of a key service, the ETag only looks like an MD5. */
const nothingTold: PartsCheck = {
  passing: (_, chunks) => chunks,
  arrived() {},
  matches: () => Promise.resolve(undefined),
};

/** Of what passes, without reading the file again; of the file where an earlier process wrote it. */
function byCrc32(fits: Crc32Fit, partial: PartialFile, crypto: Crypto): PartsCheck {
  const sums: Promise<Uint8Array>[] = [];
  return {
    async *passing({ number }, chunks) {
      const sum = crypto.crc32();
      for await (const chunk of chunks) {
        sum.update(chunk);
        yield chunk;
      }
      sums[number - 1] = Promise.resolve(sum.digest());
    },
    arrived(part) {
      sums[part.number - 1] ??= begun(partial.digest("crc32", part));
    },
    matches: async () => fits(await Promise.all(sums)),
  };
}

/** MD5s of parts are begun as they arrive: most objects in parts were cut as they are fetched. */
function byMd5(claim: Claim, partial: PartialFile, crypto: Crypto): PartsCheck {
  const isWhole = isMd5(claim.etag);
  const sums = new Map<string, Promise<Uint8Array>>();
  const nameOf = ({ start, end }: ByteRange): string => `${start}-${end}`;
  if (isWhole) partial.hashWhole();
  return {
    passing: (_, chunks) => chunks,
    arrived(part) {
      if (!isWhole) sums.set(nameOf(part), begun(partial.digest("md5", part)));
    },
    matches: async () =>
      await matchesEtag(
        claim,
        async (algorithm, range) => await (sums.get(nameOf(range)) ?? partial.digest(algorithm, range)),
        crypto,
      ),
  };
}

/** Its failure is reported when it is asked for. */
export function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}
