import { base64, type Crypto, fromHex, hex } from "../crypto.ts";

/**
 * The ETag of an object in parts on every store seen: the MD5 of the parts' MD5s, and their number. Undefined when a
 * part's ETag is no MD5.
 */
export function compositeEtag(partEtags: readonly string[], crypto: Crypto): string | undefined {
  if (!partEtags.every((etag) => /^[0-9a-f]{32}$/.test(etag))) return undefined;
  const all = crypto.md5();
  for (const etag of partEtags) all.update(fromHex(etag));
  return `${hex(all.digest())}-${partEtags.length}`;
}

/**
 * The CRC32 of an object whose parts have CRC32s: that of these one behind the other, in base64, and their number.
 *
 * @see Amazon S3 User Guide, "Checking object integrity", composite checksums
 */
export function compositeCrc32(parts: readonly Uint8Array[], crypto: Crypto): string {
  const all = crypto.crc32();
  for (const crc32 of parts) all.update(crc32);
  return `${base64(all.digest())}-${parts.length}`;
}

/** The ETag of a static large object of Swift: the MD5 of the segments' MD5s as text. */
export function segmentsEtag(etags: readonly string[], crypto: Crypto): string {
  const md5 = crypto.md5();
  md5.update(new TextEncoder().encode(etags.join("")));
  return hex(md5.digest());
}
