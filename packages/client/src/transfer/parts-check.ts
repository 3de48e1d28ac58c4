import type { Crypto } from "../crypto.ts";
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
  matches(metadata: Claim["metadata"]): Promise<boolean | undefined>;
}

/** Whether an ETag is of an object in parts. */
export const isComposite = (etag: string): boolean => /-\d+$/.test(etag);

/**
 * By the CRC32s of the parts where the store keeps those and they were cut as they are fetched, else by MD5s.
 *
 * @param told What the store says of the object, where it was asked.
 */
export function checkOf(claim: Claim, told: ObjectInfo | undefined, partial: PartialFile, crypto: Crypto): PartsCheck {
  const { bytes, etag } = claim;
  const partBytes = partBytesFor(bytes);
  const { partsCrc32 = "" } = told ?? {};
  const isCutSo =
    told?.metadata?.[partBytesName] === String(partBytes) && partsCrc32.endsWith(`-${Math.ceil(bytes / partBytes)}`);
  return isCutSo && told?.etag === etag ? byCrc32(partsCrc32, partial, crypto) : byMd5(claim, partial, crypto);
}

/** Of what passes, without reading the file again; of the file where an earlier process wrote it. */
function byCrc32(expected: string, partial: PartialFile, crypto: Crypto): PartsCheck {
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
    matches: async () => compositeCrc32(await Promise.all(sums), crypto) === expected,
  };
}

/** MD5s of parts are begun as they arrive: most objects in parts were cut as they are fetched. */
function byMd5({ etag, bytes }: Claim, partial: PartialFile, crypto: Crypto): PartsCheck {
  const sums = new Map<string, Promise<Uint8Array>>();
  const nameOf = ({ start, end }: ByteRange): string => `${start}-${end}`;
  return {
    passing: (_, chunks) => chunks,
    arrived(part) {
      if (!isMd5(etag)) sums.set(nameOf(part), begun(partial.digest("md5", part)));
    },
    matches: async (metadata) =>
      await matchesEtag(
        { etag, bytes, metadata },
        async (algorithm, range) => await (sums.get(nameOf(range)) ?? partial.digest(algorithm, range)),
        crypto,
      ),
  };
}

function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {}); // reported when it is asked for
  return work;
}
