import type { ObjectHeaders, ObjectRecord } from "../storage/storage.ts";
import { enterContainer, readable } from "./access.ts";
import { writtenResponse } from "./call.ts";
import type { Call, Operate } from "./call.ts";
import { readEtags } from "./conditions.ts";
import { untyped } from "./content-types.ts";
import { SwiftError } from "./errors.ts";
import { objectHeaders, titleCased } from "./metadata.ts";
import { checkObjectName, decodeName } from "./target.ts";

/**
 * `COPY` with its `Destination`, and `PUT` with `X-Copy-From`. Of a large object the manifest is copied, not what it
 * names, as in RGW. Whoever asks for a version gets that or nothing: by `If-Match` as in Swift, `Copy-If-Match` as in RGW.
 */
export const copyObject: Operate = async (call) => {
  const { from, to } = placesOf(call);
  const { storage, principal } = call;
  const source = await readable(
    { ...call, ...from },
    () => storage.stat(from.container, from.object),
    (found) => found,
  );
  const target = await enterContainer({ ...call, ...to }, "s3:PutObject", to.object);
  checkObjectName(to.object);
  const headers = copiedHeaders(call, source, target.projectId);
  const wanted = call.request.headers["copy-if-match"] ?? call.request.headers["if-match"];
  const condition = wanted === undefined ? {} : { condition: { ifMatch: readEtags(wanted) } };
  const copy = await storage.copy({
    from: { bucket: from.container, key: from.object, ...condition },
    to: { bucket: to.container, key: to.object },
    headers,
  });
  return writtenResponse(201, {
    etag: copy.etag,
    "Last-Modified": copy.modifiedAt.toUTCString(),
    "X-Copied-From": `${encodeURIComponent(from.container)}/${encodeURIComponent(from.object)}`,
    "X-Copied-From-Account": principal?.projectId ?? "",
    "X-Copied-From-Last-Modified": source.modifiedAt.toUTCString(),
    ...titleCased(headers.metadata, "x-object-meta-"),
    "Content-Type": headers.contentType ?? untyped,
  });
};

interface Place {
  readonly container: string;
  readonly object: string;
}

function placesOf({ request: { method, headers }, container, object }: Call): { from: Place; to: Place } {
  const here = { container, object };
  if (method === "COPY") return { from: here, to: readPlace(headers["destination"]) };
  return { from: readPlace(headers["x-copy-from"]), to: here };
}

/** `[/]container/object`, percent-encoded. */
function readPlace(header: string | undefined): Place {
  const [, container = "", object = ""] = /^\/?([^/]+)\/(.+)$/s.exec(header ?? "") ?? [];
  if (container === "") throw new SwiftError("Bad URL");
  return { container: decodeName(container), object: decodeName(object) };
}

/** New metadata joins the source's, or with `X-Fresh-Metadata` takes its place. Tags go along, an S3 ACL does not. */
function copiedHeaders({ request, principal }: Call, source: ObjectRecord, targetProject: string): ObjectHeaders {
  const { acl: _, owner: __, ...kept } = source.traits ?? {};
  const owner = principal?.projectId === targetProject ? undefined : principal?.projectId;
  const given = objectHeaders(request.headers, "");
  const isFresh = request.headers["x-fresh-metadata"]?.toLowerCase() === "true";
  const contentType = given.contentType ?? (isFresh ? undefined : source.contentType);
  return {
    ...(contentType === undefined ? {} : { contentType }),
    system: isFresh ? given.system : { ...source.system, ...given.system },
    metadata: isFresh ? given.metadata : { ...source.metadata, ...given.metadata },
    traits: { ...kept, ...(owner === undefined ? {} : { owner }) },
  };
}
