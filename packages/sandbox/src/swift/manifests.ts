import { readWhole } from "../http/body.ts";
import { etagOfSegments, readManifest } from "../storage/large-objects.ts";
import type { Segment } from "../storage/large-objects.ts";
import type { ObjectTraits } from "../storage/storage.ts";
import { enterContainer, readable } from "./access.ts";
import { bulkResponse, removeAll } from "./bulk.ts";
import { writtenResponse } from "./call.ts";
import type { Call, Operate } from "./call.ts";
import { SwiftError } from "./errors.ts";
import { contentTypes } from "./format.ts";
import { objectHeaders } from "./metadata.ts";
import { checkObjectName } from "./target.ts";

/** As `/swift/info` tells. */
export const maxSegments = 1000;
const maxManifestBytes = 4 * 1024 * 1024;

/** What a client says of a segment. */
interface Claim {
  readonly path: string;
  readonly etag: string;
  readonly bytes: number | undefined;
}

/**
 * Makes a static large object. As in RGW 16.2 the size of a segment is checked where it is given, its ETag believed, and
 * `range` ignored.
 *
 * @see Object Storage API, "Static large objects"
 */
export const putManifest: Operate = async (call) => {
  const { container, object, request, storage } = call;
  const bucket = await enterContainer(call, "s3:PutObject", object);
  checkObjectName(object);
  const claims = readClaims((await readWhole(request, maxManifestBytes)).toString());
  const segments = claims.map(({ path }) => readPath(path));
  let bytes = 0;
  for (const [at, segment] of segments.entries()) bytes += await bytesOf(call, segment, claims[at]?.bytes);
  const etag = etagOfSegments(claims.map((claim) => claim.etag));
  const headers = objectHeaders(request.headers, object);
  const traits = { ...ownerTrait(call, bucket.projectId), whole: { etag, bytes } };
  const body = bytesIn(JSON.stringify(segments));
  const { modifiedAt } = await storage.put({ bucket: container, key: object, body, ...headers, traits });
  return writtenResponse(201, { ETag: `"${etag}"`, "Last-Modified": modifiedAt.toUTCString() });
};

/** The list of segments in Swift's own form. RGW 16.2 gives nothing here, with which no client can do anything. */
export const getManifest: Operate = async (call) => {
  const { storage, container, object, request } = call;
  const opened = await readable(
    call,
    () => storage.open(container, object),
    (found) => found.object,
  );
  const isStatic = opened.object.traits?.whole !== undefined;
  const segments = isStatic ? await readManifest(opened) : [];
  const isRaw = request.query.get("format") === "raw";
  const documents = await Promise.all(
    segments.map(async ({ bucket, key }) => {
      const { etag, bytes, contentType, modifiedAt } = await storage.stat(bucket, key);
      const name = `/${bucket}/${key}`;
      if (isRaw) return { path: name, etag, size_bytes: bytes };
      return { hash: etag, last_modified: modifiedAt.toISOString(), bytes, name, content_type: contentType };
    }),
  );
  const headers = { "Content-Type": contentTypes.json, "X-Static-Large-Object": "True" };
  if (isStatic) return { status: 200, headers, body: JSON.stringify(documents) };
  const plain = { "Content-Length": String(opened.object.bytes), "Content-Type": "application/octet-stream" };
  const { segments: prefix } = opened.object.traits ?? {};
  const manifest: Record<string, string> = prefix === undefined ? {} : { "X-Object-Manifest": prefix };
  return { status: 200, headers: { ...plain, ...manifest, etag: opened.object.etag }, body: opened.read() };
};

/** Removes a static large object with its segments. */
export const deleteManifest: Operate = async (call) => {
  const { storage, container, object } = call;
  await enterContainer(call, "s3:DeleteObject", object);
  const opened = await storage.open(container, object).catch(() => undefined);
  if (opened?.object.traits?.whole === undefined) {
    return bulkResponse(call, { deleted: 0, missing: 0, failures: [{ path: `${container}/${object}`, status: 400 }] });
  }
  const segments = [...(await readManifest(opened)), { bucket: container, key: object }];
  const paths = segments.map(({ bucket, key }) => `${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`);
  return bulkResponse(call, await removeAll(call, paths));
};

/** Who writes into another project's container owns what is written. */
export function ownerTrait({ principal }: Call, containerProject: string): ObjectTraits {
  if (principal?.projectId === containerProject) return {};
  return { owner: principal?.projectId ?? "anonymous" };
}

function readClaims(text: string): readonly Claim[] {
  const list = parseJson(text);
  if (!Array.isArray(list) || list.length === 0 || list.length > maxSegments) throw new SwiftError("InvalidArgument");
  return list.map((item: unknown) => {
    const { path, etag = "", size_bytes: bytes } = Object(item) as Record<string, unknown>;
    const isGood =
      typeof path === "string" && typeof etag === "string" && ["number", "undefined"].includes(typeof bytes);
    if (!isGood) throw new SwiftError("InvalidArgument");
    return { path, etag, bytes: bytes as number | undefined };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `/container/object`, not encoded. */
function readPath(path: string): Segment {
  const [, bucket = "", key = ""] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (bucket === "") throw new SwiftError("InvalidArgument");
  return { bucket, key };
}

async function bytesOf(call: Call, { bucket, key }: Segment, claimed: number | undefined): Promise<number> {
  const segment = { ...call, container: bucket, object: key };
  const { bytes } = await readable(
    segment,
    () => call.storage.stat(bucket, key),
    (found) => found,
  );
  if (claimed !== undefined && claimed !== bytes) throw new SwiftError("InvalidArgument");
  return bytes;
}

async function* bytesIn(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
