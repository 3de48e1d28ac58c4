import { type Checksum, type Crypto, hex } from "../crypto.ts";
import { compositeEtag, segmentsEtag } from "../store/composite-etag.ts";
import { asStreamed, partBytesName } from "../store/part-bytes.ts";
import { maxSegments } from "../swift/large-objects.ts";
import type { ByteRange } from "./folder.ts";
import { partsOf, possibleCuts, streamParts } from "./part-sizes.ts";

/** Computes a checksum of some bytes of a file. */
export type DigestOf = (algorithm: Checksum["algorithm"], range: ByteRange) => Promise<Uint8Array>;

type Metadata = Readonly<Record<string, string>> | undefined;

/** What of an object's metadata is true of a copy of it, which may be cut in other ways. */
export function metadataOfCopy(metadata: Metadata): Metadata {
  if (metadata?.[partBytesName] === undefined) return metadata;
  const { [partBytesName]: _, ...rest } = metadata;
  return rest;
}

export interface Claim {
  readonly etag: string;
  readonly bytes: number;
  readonly metadata?: Metadata;
}

/**
 * Whether bytes are those an ETag was made of. Undefined when the ETag does not tell: it is no MD5, or of parts that
 * were cut in a way nobody knows.
 */
export async function matchesEtag(claim: Claim, digestOf: DigestOf, crypto: Crypto): Promise<boolean | undefined> {
  const { etag, bytes, metadata } = claim;
  if (/^[0-9a-f]{32}$/.test(etag)) return hex(await digestOf("md5", { start: 0, end: bytes - 1 })) === etag;
  if (/^"[0-9a-f]{32}"$/.test(etag)) return await matchesSegments(claim, digestOf, crypto);
  const parts = Number(/^[0-9a-f]{32}-(\d+)$/.exec(etag)?.[1]);
  if (Number.isNaN(parts)) return undefined;
  const partBytes = Number(metadata?.[partBytesName]);
  const isKnown = Math.ceil(bytes / partBytes) === parts;
  const cuts = isKnown ? [[...partsOf(bytes, partBytes)]] : possibleCuts(bytes, parts);
  for (const cut of cuts) {
    const etags: string[] = [];
    for (const part of cut) etags.push(hex(await digestOf("md5", part)));
    if (compositeEtag(etags, crypto) === etag) return true;
  }
  return isKnown ? false : undefined;
}

/** Objects in segments over Swift; undefined for those that others made. */
async function matchesSegments(
  { etag, bytes, metadata }: Claim,
  digestOf: DigestOf,
  crypto: Crypto,
): Promise<boolean | undefined> {
  const cut = metadata?.[partBytesName];
  if (cut !== asStreamed && !(Number(cut) > 0)) return undefined;
  const parts = cut === asStreamed ? streamParts(bytes, maxSegments) : partsOf(bytes, Number(cut));
  const etags: string[] = [];
  for (const part of parts) etags.push(hex(await digestOf("md5", part)));
  return etag === `"${segmentsEtag(etags, crypto)}"`;
}

/** Whether an ETag may be the MD5 of the bytes. */
export const isMd5 = (etag: string | undefined): boolean => /^[0-9a-f]{32}$/.test(etag ?? "");
