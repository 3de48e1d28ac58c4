import { base64, hex } from "../crypto.ts";
import { copyPartRequest, readCopied } from "../s3/copy-object.ts";
import { readDone, S3Error } from "../s3/errors.ts";
import { listPartsRequest, listUploadsRequest, readParts, readUploads, type UploadMarker } from "../s3/list-uploads.ts";
import {
  abortUploadRequest,
  completeUploadRequest,
  completionDocument,
  createUploadRequest,
  readCompletion,
  readCreatedUpload,
  type Upload,
  uploadPartRequest,
} from "../s3/multipart.ts";
import { readStored } from "../s3/objects.ts";
import { compositeEtag } from "./composite-etag.ts";
import { StoreError } from "./error.ts";
import { corrupt, inWords } from "./failures.ts";
import type { Completion, Multipart, UploadId } from "./multipart.ts";
import { checkKey } from "./names.ts";
import { newObject, type S3Client } from "./s3-client.ts";
import { isUnknownHeader } from "./s3-put.ts";
import { conditionRefused } from "./s3-condition.ts";
import type { ObjectInfo, Store } from "./store.ts";

const mebibyte = 1024 ** 2;

/** @see Amazon S3 User Guide, "Amazon S3 multipart upload limits" */
export function s3Multipart(client: S3Client, bucket: string, store: Pick<Store, "stat">): Multipart {
  const endpoint = client.endpoint.url;
  const at = ({ key, uploadId }: UploadId): Upload => ({ endpoint, bucket, key, uploadId });

  return {
    minPartBytes: 5 * mebibyte,
    maxPartBytes: 5 * 1024 * mebibyte,
    maxParts: 10_000,

    async create(key, options = {}) {
      checkKey(key);
      const place = { endpoint, bucket, key };
      const { features } = client;
      const create = async (wantsCrc: boolean): Promise<UploadId> => {
        const request = createUploadRequest(place, newObject(options), wantsCrc);
        return { key, ...(await client.send(request, readCreatedUpload, { place, signal: options.signal })) };
      };
      if (options.wantsCrc !== true || features.confirmsCrc === false) return await create(false);
      return await create(true).catch(async (error: unknown) => {
        if (!isUnknownHeader(error)) throw error;
        features.confirmsCrc = false;
        return await create(false);
      });
    },

    async uploadPart(upload, partNumber, body, { digest, signal }) {
      const place = at(upload);
      const algorithm = upload.hasCrc === true ? "crc32" : "md5";
      const sum = await digest(algorithm);
      const request = uploadPartRequest(place, partNumber, body, { [algorithm]: base64(sum) });
      const stored = await client.send(request, readStored, { place, signal }).catch(async (error: unknown) => {
        throw await goneFrom(client, place, error, signal);
      });
      const part = { partNumber, etag: stored.etag, bytes: body.bytes };
      if (algorithm === "crc32" && stored.crc32 !== undefined) {
        if (stored.crc32 !== base64(sum)) throw damaged(place, partNumber);
        return { ...part, crc32: stored.crc32 };
      }
      const md5 = algorithm === "md5" ? sum : await digest("md5");
      if (stored.etagIsMd5 && stored.etag !== hex(md5)) throw damaged(place, partNumber);
      return algorithm === "md5" ? part : { ...part, crc32: base64(sum) };
    },

    async copyPart(upload, partNumber, source, { range, signal }) {
      const place = at(upload);
      const etag = await client.send(copyPartRequest(place, partNumber, source, range), readCopied, { place, signal });
      return { partNumber, etag, bytes: range.end - range.start + 1 };
    },

    async *parts(upload, { signal } = {}) {
      const place = at(upload);
      let after: number | undefined;
      do {
        const page = await client.send(listPartsRequest(place, after), readParts, { place, signal });
        yield* page.parts;
        after = page.next;
      } while (after !== undefined);
    },

    async complete(upload, completion) {
      return await complete(client, store, at(upload), completion);
    },

    async abort(upload, { signal } = {}) {
      const place = at(upload);
      await client.send(abortUploadRequest(place), readDone, { place, signal }).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    },

    async *unfinished({ prefix, signal } = {}) {
      let after: UploadMarker | undefined;
      do {
        const request = listUploadsRequest(endpoint, bucket, { prefix, after });
        const page = await client.send(request, readUploads, { place: { bucket }, signal });
        yield* page.uploads;
        after = page.next;
      } while (after !== undefined);
    },
  };
}

async function complete(
  client: S3Client,
  store: Pick<Store, "stat">,
  upload: Upload,
  completion: Completion,
): Promise<ObjectInfo> {
  const { parts, ifAbsent, signal } = completion;
  const document = completionDocument(parts);
  const request = completeUploadRequest(upload, document, newObject(ifAbsent === true ? { ifAbsent } : {}));
  const payload = client.crypto.sha256(document);
  const { key, bucket } = upload;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const expected = compositeEtag(
    parts.map((part) => part.etag),
    client.crypto,
  );
  const options = signal === undefined ? {} : { signal };
  let etag: string | undefined;
  try {
    etag = await client.send(request, readCompletion, { place: { bucket, key }, signal, payload });
  } catch (error) {
    // The answer may be what got lost.
    const found = await store.stat(key, options).catch(() => undefined);
    if (found !== undefined && found.etag === expected) return found;
    throw conditionRefused(client, completion, await goneFrom(client, upload, error, signal), upload);
  }
  const info: ObjectInfo =
    etag === undefined
      ? await store.stat(key, options)
      : { kind: "object", key, bytes, etag, modifiedAt: client.http.now() };
  const isComposite = /^[0-9a-f]{32}-\d+$/.test(info.etag);
  if (info.bytes !== bytes || (isComposite && expected !== undefined && info.etag !== expected))
    throw corrupt(upload, "the store put other parts together than were sent");
  return info;
}

/** What is meant by an answer that an upload under way is gone: its bucket is, or somebody aborted it. */
async function goneFrom(
  client: S3Client,
  { endpoint, bucket, key }: Upload,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!isGone(error)) return error;
  const request = listUploadsRequest(endpoint, bucket, { prefix: key });
  const why: unknown = await client.send(request, readUploads, { place: { bucket }, signal }).catch((reason) => reason);
  if (why instanceof StoreError && why.code === "STORE_NO_BUCKET") return why;
  const message = `the upload of ${inWords({ bucket, key })} was ended meanwhile, by somebody or by the store`;
  return new StoreError("STORE_CHANGED", message, { cause: error });
}

const damaged = (place: Upload, partNumber: number): StoreError => corrupt(place, `part ${partNumber} arrived damaged`);

/** Swift says NoSuchKey, everybody else NoSuchUpload. */
function isGone(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  return error.code === "STORE_NOT_FOUND" || (error.cause instanceof S3Error && error.cause.code === "NoSuchUpload");
}
