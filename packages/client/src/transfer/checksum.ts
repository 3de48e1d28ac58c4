import { type Crypto, hex } from "../crypto.ts";
import { compositeEtag } from "../store/composite-etag.ts";
import type { ByteRange } from "./folder.ts";
import { possibleCuts } from "./part-sizes.ts";

export type Md5Of = (range: ByteRange) => Promise<Uint8Array>;

/**
 * Whether bytes are those an ETag was made of. Undefined when the ETag does not tell: it is no MD5, or of parts that
 * were cut in a way nobody knows.
 */
export async function matchesEtag(
  etag: string,
  bytes: number,
  md5Of: Md5Of,
  crypto: Crypto,
): Promise<boolean | undefined> {
  if (/^[0-9a-f]{32}$/.test(etag)) return hex(await md5Of({ start: 0, end: bytes - 1 })) === etag;
  const parts = Number(/^[0-9a-f]{32}-(\d+)$/.exec(etag)?.[1]);
  if (Number.isNaN(parts)) return undefined;
  for (const cut of possibleCuts(bytes, parts)) {
    const etags: string[] = [];
    for (const part of cut) etags.push(hex(await md5Of(part)));
    if (compositeEtag(etags, crypto) === etag) return true;
  }
  return undefined;
}
