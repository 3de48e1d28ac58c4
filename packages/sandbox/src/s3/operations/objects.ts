import { openReadable, statReadable } from "../access.ts";
import { checksumHeaders } from "../checksums.ts";
import { emptyResponse, type BucketCall, type Operation } from "../call.ts";
import { judgeRead, readPrecondition } from "../conditions.ts";
import { S3Error } from "../errors.ts";
import { readObjectHeaders, responseOverrides, writeObjectHeaders } from "../object-headers.ts";
import { readRange, type ByteRange } from "../range.ts";
import { refuseUnsupported } from "../refusals.ts";
import { traitsOf } from "../traits.ts";
import type { ObjectRecord } from "../../storage/storage.ts";

const MAX_PUT_BYTES = 5 * 1024 ** 3;
const MAX_KEY_BYTES = 1024;

export const putObject: Operation = async (call) => {
  const { storage, bucket, key, payload, request } = call;
  checkUpload(call);
  const { etag, checksum } = await storage.put({
    bucket,
    key,
    body: payload.body,
    verify: payload.verify,
    checksum: payload.checksum,
    condition: readPrecondition(request.headers),
    ...readObjectHeaders(request.headers),
    traits: traitsOf(call),
  });
  const headers = { "Content-Length": "0", ETag: `"${etag}"`, "Accept-Ranges": "bytes" };
  return emptyResponse(200, { ...headers, ...checksumHeaders(checksum) });
};

/** What every upload must keep to, whole or in parts. */
export function checkUpload({ key, payload, request: { headers } }: BucketCall): void {
  checkKey(key);
  refuseUnsupported(headers);
  if (payload.bytes === undefined && headers["transfer-encoding"] === undefined) {
    throw new S3Error("MissingContentLength");
  }
  if ((payload.bytes ?? 0) > MAX_PUT_BYTES) throw new S3Error("EntityTooLarge");
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error("InvalidObjectName");
}

export const getObject: Operation = async (call) => {
  checkVersion(call.request.query);
  const opened = await openReadable(call);
  const answer = describe(call, opened.object);
  if (answer.status === 304) return emptyResponse(304);
  const { range } = answer;
  const body = opened.read(range === undefined ? undefined : { start: range.first, end: range.last + 1 });
  return { status: answer.status, headers: answer.headers, body };
};

export const headObject: Operation = async (call) => {
  checkVersion(call.request.query);
  const { status, headers } = describe(call, await statReadable(call));
  return emptyResponse(status, headers);
};

/** Status and headers of GET and HEAD, by the conditions and the range of the request. */
function describe(call: BucketCall, object: ObjectRecord) {
  const { headers, query } = call.request;
  const verdict = judgeRead(headers, object);
  if (verdict === "failed") throw new S3Error("PreconditionFailed");
  if (verdict === "not-modified") return { status: 304, headers: {} };
  const range = readRange(headers["range"], object.bytes);
  const asksChecksum = headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED";
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...rangeHeaders(range, object.bytes),
      ...writeObjectHeaders(object),
      ...(asksChecksum && range === undefined && checksumHeaders(object.checksum)),
      ...responseOverrides(query),
      ...lengthOf(range),
    },
    range,
  };
}

function rangeHeaders(range: ByteRange | undefined, bytes: number): Record<string, string> {
  return range === undefined ? {} : { "Content-Range": `bytes ${range.first}-${range.last}/${bytes}` };
}

function lengthOf(range: ByteRange | undefined): Record<string, string> {
  return range === undefined ? {} : { "Content-Length": String(range.last - range.first + 1) };
}

/** Buckets here have no versions; `null` is the id of what was stored without one. */
function checkVersion(query: URLSearchParams): void {
  const version = query.get("versionId") ?? "null";
  if (version !== "null" && version !== "") throw new S3Error("NoSuchVersion");
}

/** Deleting what is not there succeeds. */
export const deleteObject: Operation = async (call) => {
  checkVersion(call.request.query);
  await call.storage.remove(call.bucket, call.key);
  return emptyResponse(204);
};
