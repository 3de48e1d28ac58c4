import type { ObjectRecord, ObjectTraits, OpenObject } from "../storage/storage.ts";
import { enterContainer, openReadable, statReadable } from "./access.ts";
import { emptyResponse, writtenResponse } from "./call.ts";
import type { Call, Operate } from "./call.ts";
import { checkConditions } from "./conditions.ts";
import { untyped } from "./content-types.ts";
import { copyObject } from "./copies.ts";
import type { ObjectOperation } from "./detect.ts";
import { SwiftError } from "./errors.ts";
import { deleteManifest, getManifest, ownerTrait, putManifest } from "./manifests.ts";
import { objectHeaders, postedHeaders, titleCased } from "./metadata.ts";
import { readRange } from "./range.ts";
import { dispositionFor, isTempUrl } from "./temp-url.ts";
import { checkObjectName, decodeName } from "./target.ts";
import { swiftTimestamp } from "./timestamp.ts";

/** Largest object of one PUT, in bytes: 5 GiB, as `/swift/info` tells. */
export const maxObjectBytes = 5 * 1024 ** 3;

export const objectOperations: Readonly<Record<ObjectOperation, Operate>> = {
  async HeadObject(call) {
    const object = await statReadable(call);
    checkConditions(call.request.headers, object);
    const range = readRange(call.request.headers["range"], object.bytes);
    return rangeResponse(call, object, range);
  },

  async GetObject(call) {
    const opened = await openReadable(call);
    checkConditions(call.request.headers, opened.object);
    const range = readRange(call.request.headers["range"], opened.object.bytes);
    return { ...rangeResponse(call, opened.object, range), body: opened.read(range) };
  },

  async PutObject(call) {
    const { projectId } = await enterContainer(call, "s3:PutObject", call.object);
    checkObjectName(call.object);
    checkLength(call.request.headers);
    const { etag, modifiedAt } = await call.storage.put({
      bucket: call.container,
      key: call.object,
      body: call.request.body,
      ...objectHeaders(call.request.headers, call.object),
      traits: { ...ownerTrait(call, projectId), ...segmentsTrait(call.request.headers["x-object-manifest"]) },
      verify: (stored) => checkEtag(call.request.headers["etag"], stored.etag),
    });
    return writtenResponse(201, { etag, "Last-Modified": modifiedAt.toUTCString() });
  },

  async PostObject(call) {
    await enterContainer(call, "s3:PutObject", call.object);
    const old = await call.storage.stat(call.container, call.object);
    await call.storage.updateObject(call.container, call.object, postedHeaders(call.request.headers, old));
    return emptyResponse(202);
  },

  async DeleteObject(call) {
    await enterContainer(call, "s3:DeleteObject", call.object);
    if (!(await call.storage.remove(call.container, call.object))) throw new SwiftError("NoSuchKey");
    return writtenResponse(204);
  },

  CopyObject: copyObject,
  PutManifest: putManifest,
  GetManifest: getManifest,
  DeleteManifest: deleteManifest,
};

/** Makes a dynamic large object of one that is put: `container/prefix`, percent-encoded. */
function segmentsTrait(header: string | undefined): ObjectTraits {
  if (!header) return {};
  const segments = decodeName(header.replace(/^\//, ""));
  if (!/^[^/]+\/./s.test(segments)) throw new SwiftError("InvalidArgument");
  return { segments };
}

function checkLength(headers: Call["request"]["headers"]): void {
  const length = headers["content-length"];
  if (length === undefined && headers["transfer-encoding"] === undefined) throw new SwiftError("MissingContentLength");
  if (Number(length ?? 0) > maxObjectBytes) throw new SwiftError("EntityTooLarge");
}

/** A client may send the MD5 it expects; a body with another is dropped. */
function checkEtag(expected: string | undefined, etag: string): void {
  if (
    !expected ||
    expected
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .toLowerCase() === etag
  )
    return;
  throw new SwiftError("UnprocessableEntity", { headers: { etag, "Last-Modified": new Date(0).toUTCString() } });
}

function rangeResponse(
  { request, object: name }: Call,
  object: ObjectRecord,
  range: Parameters<OpenObject["read"]>[0],
): { status: number; headers: Record<string, string> } {
  const { start, end } = range ?? { start: 0, end: object.bytes };
  const headers = {
    "Content-Length": String(end - start),
    ...(range === undefined ? {} : { "Content-Range": `bytes ${start}-${end - 1}/${object.bytes}` }),
    "Accept-Ranges": "bytes",
    "Last-Modified": object.modifiedAt.toUTCString(),
    "X-Timestamp": swiftTimestamp(object.modifiedAt),
    ...etagHeaders(object),
    ...titleCased(object.metadata, "x-object-meta-"),
    ...(isTempUrl(request) ? { "Content-Disposition": dispositionFor(request, name) } : {}),
    ...titleCased(object.system),
    "Content-Type": object.contentType ?? untyped,
  };
  return { status: range === undefined ? 200 : 206, headers };
}

/** The ETag of a large object is quoted, and it says what kind it is. */
function etagHeaders({ etag, traits }: ObjectRecord): Record<string, string> {
  if (traits?.whole !== undefined) return { "X-Static-Large-Object": "True", ETag: `"${etag}"` };
  if (traits?.segments === undefined) return { etag };
  return { ETag: `"${etag}"`, "X-Object-Manifest": traits.segments };
}
