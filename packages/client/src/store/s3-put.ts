import { base64, hex } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import { S3Error } from "../s3/errors.ts";
import { type ObjectAddress, putObjectRequest, readStored, type SentChecksums, type Stored } from "../s3/objects.ts";
import { digestOf } from "./bodies.ts";
import { StoreError } from "./error.ts";
import { corrupt } from "./failures.ts";
import { newObject, type S3Client } from "./s3-client.ts";
import type { PutBodyOptions } from "./store.ts";

/** What servers say of a header that they do not know; nothing is stored then. */
const unknownHeaderCodes = new Set(["NotImplemented", "InvalidRequest", "InvalidArgument"]);

/**
 * Uploads a body, and compares what the server says it stored. The server refuses bytes that changed on the way: by their
 * CRC32 where it knows that, which costs a tenth, else by their MD5. The first uploads carry both, and their answers tell.
 *
 * @throws StoreError `STORE_CORRUPT`, and what {@link S3Client.send} says.
 * @see Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3"
 */
export async function putChecked(
  client: S3Client,
  place: ObjectAddress,
  body: RequestBody,
  options: PutBodyOptions,
): Promise<Stored> {
  const { crypto, features } = client;
  const { digest = async (algorithm) => await digestOf(body, crypto[algorithm]()) } = options;
  const send = async (sent: SentChecksums): Promise<Stored> => {
    const request = putObjectRequest(place, body, sent, newObject(options));
    return await client.send(request, readStored, { place, signal: options.signal });
  };
  const { confirmsCrc } = features;
  // What a server refuses of a conditional write would be taken for one header or the other.
  const sendsCrc = confirmsCrc ?? options.ifAbsent !== true;
  const crc32 = sendsCrc ? base64(await digest("crc32")) : undefined;
  let md5 = confirmsCrc === true ? undefined : await digest("md5");
  const md5Sent = md5 === undefined ? undefined : base64(md5);
  const stored = await send({ crc32, md5: md5Sent }).catch(async (error: unknown) => {
    if (confirmsCrc !== undefined || crc32 === undefined || !isUnknownHeader(error)) throw error;
    features.confirmsCrc = false;
    return await send({ md5: md5Sent });
  });
  if (crc32 !== undefined) features.confirmsCrc ??= stored.crc32 !== undefined;
  if (crc32 !== undefined && stored.crc32 !== undefined) {
    if (stored.crc32 !== crc32) throw otherBytes(place);
    return stored;
  }
  if (!stored.etagIsMd5) return stored;
  md5 ??= await digest("md5");
  if (stored.etag !== hex(md5)) throw otherBytes(place);
  return stored;
}

const otherBytes = (place: ObjectAddress): StoreError => corrupt(place, "the store kept other bytes than were sent");

export const isUnknownHeader = (error: unknown): boolean =>
  error instanceof StoreError && error.cause instanceof S3Error && unknownHeaderCodes.has(error.cause.code);
