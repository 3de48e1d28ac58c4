import { base64, type Checksum, hex } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import { digestOf } from "../store/bodies.ts";
import type { Multipart, StoredPart } from "../store/multipart.ts";
import type { PutOptions } from "../store/store.ts";
import { isMd5 } from "./checksum.ts";
import type { Folder, SourceFile } from "./folder.ts";
import { inLanes } from "./gate.ts";
import { mtimeName } from "./mtime.ts";
import { tellingSent } from "./passing.ts";
import { largestWhole, partBytesFor, partsOf } from "./part-sizes.ts";
import type { StoreSide } from "./side.ts";
import { takeUp } from "./take-up.ts";
import { type Copied, sourceChanged, type Work } from "./work.ts";

/** Files up to this are held in memory: read once, hashed and sent. */
const heldBytes = 1024 ** 2;
const partLanes = 16;

type Algorithm = Checksum["algorithm"];

/**
 * Copies a file into a store: whole or not at all, and only bytes that were in the file together.
 *
 * @param as Its key there, where that is another one.
 */
export async function upload(
  folder: Folder,
  key: string,
  to: StoreSide,
  work: Work,
  as: string = key,
): Promise<Copied> {
  const type = work.contentTypeOf(key) ?? work.contentTypeOf(as);
  const small = folder.readSmall(key, heldBytes);
  if (small !== undefined) {
    const copied = await put(to, as, small.bytes, newObject(small.mtime, type, work), work);
    small.release();
    return copied;
  }
  const file = await folder.open(key);
  try {
    const { multipart } = to.store;
    if (file.bytes > largestWhole && multipart !== undefined)
      return await uploadInParts(file, `${folder.path}\n${key}`, { to, multipart, key: as, type }, work);
    if (file.bytes > largestWhole) work.onWhole?.();
    const options = newObject(file.mtime, type, work);
    if (file.bytes > heldBytes) return await putFile(to, as, file, options, work);
    const bytes = await file.read();
    if (bytes.byteLength !== file.bytes || !(await file.isUnchanged())) throw sourceChanged(key);
    return await put(to, as, bytes, options, work);
  } finally {
    await file.close();
  }
}

async function put(to: StoreSide, key: string, bytes: Uint8Array, options: PutOptions, work: Work): Promise<Copied> {
  const { bandwidth, crypto, onBytes } = work;
  const body = held(bytes);
  const digest = async (algorithm: Algorithm): Promise<Uint8Array> => await digestOf(body, crypto[algorithm]());
  const { etag } = await to.store.put(to.prefix + key, bandwidth.sent(body), { ...options, digest });
  onBytes(bytes.byteLength);
  return { bytes: bytes.byteLength, etag, isVerified: true };
}

/** A file that changes while it is sent no longer fits its checksum, and the store refuses it. */
async function putFile(
  to: StoreSide,
  key: string,
  file: SourceFile,
  options: PutOptions,
  { bandwidth, onBytes }: Work,
): Promise<Copied> {
  const digest = async (algorithm: Algorithm): Promise<Uint8Array> => {
    const value = await file.digest(algorithm);
    if (!(await file.isUnchanged())) throw sourceChanged(key);
    return value;
  };
  const body = tellingSent(bandwidth.sent(file.body()), onBytes);
  const { etag } = await to.store.put(to.prefix + key, body, { ...options, digest });
  return { bytes: file.bytes, etag, isVerified: true };
}

function held(bytes: Uint8Array): RequestBody {
  return {
    bytes: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}

function newObject(mtime: string, contentType: string | undefined, { signal }: Work) {
  return {
    metadata: { [mtimeName]: mtime },
    ...(contentType === undefined ? {} : { contentType }),
    ...(signal === undefined ? {} : { signal }),
  };
}

interface Target {
  readonly to: StoreSide;
  readonly multipart: Multipart;
  readonly key: string;
  /** Content type. */
  readonly type: string | undefined;
}

/**
 * Uploads in parts; an upload that an earlier process began is taken up. Of its parts, those count that have the MD5 of
 * what is in the file now, so that two versions never mix.
 */
async function uploadInParts(file: SourceFile, from: string, target: Target, work: Work): Promise<Copied> {
  const { to, multipart, key } = target;
  const { journal, signal } = work;
  const partBytes = partBytesFor(file.bytes, multipart.maxParts);
  const name = `${from}\n${to.account}\n${to.bucket}\n${to.prefix}${key}`;
  const options = { ...newObject(file.mtime, target.type, work), wantsCrc: true };
  const { fingerprint } = file;
  const beginning = { name, key: to.prefix + key, fingerprint, partBytes, options };
  const { upload, stored } = await takeUp(multipart, beginning, work);
  const parts: StoredPart[] = [];
  await inLanes(
    partsOf(file.bytes, partBytes),
    async (part) => {
      const digest = async (algorithm: Algorithm): Promise<Uint8Array> => await file.digest(algorithm, part);
      const known = stored.get(part.number);
      const bytes = part.end - part.start + 1;
      if (known?.bytes === bytes && known.etag === hex(await digest("md5"))) {
        parts[part.number - 1] = upload.hasCrc === true ? { ...known, crc32: base64(await digest("crc32")) } : known;
        work.onBytes(bytes);
      } else {
        const body = tellingSent(work.bandwidth.sent(file.body(part)), work.onBytes);
        parts[part.number - 1] = await multipart.uploadPart(upload, part.number, body, { digest, signal });
      }
      work.gate.passed(bytes);
    },
    { gate: work.gate, most: partLanes },
  );
  if (!(await file.isUnchanged())) {
    await multipart.abort(upload, { signal });
    await journal.forget(name);
    throw sourceChanged(key);
  }
  const { etag } = await multipart.complete(upload, { parts, ...(signal === undefined ? {} : { signal }) });
  await journal.forget(name);
  const isVerified = parts.every(({ etag, crc32 }) => crc32 !== undefined || isMd5(etag));
  return { bytes: file.bytes, etag, isVerified };
}
