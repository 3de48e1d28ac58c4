import { StorageError } from "../storage/storage.ts";
import type { BucketRecord, ListEntry, Storage } from "../storage/storage.ts";
import { emptyResponse } from "./call.ts";
import type { Call, Operate } from "./call.ts";
import type { ContainerOperation } from "./detect.ts";
import { SwiftError } from "./errors.ts";
import { listingResponse, readListingQuery } from "./listings.ts";
import { changedMetadata, titleCased } from "./metadata.ts";
import { checkContainerName } from "./target.ts";
import { swiftTimestamp } from "./timestamp.ts";

export const containerOperations: Readonly<Record<ContainerOperation, Operate>> = {
  async HeadContainer(call) {
    const container = await ownContainer(call);
    return emptyResponse(204, containerHeaders(container, swiftTimestamp(container.createdAt)));
  },

  async GetContainer(call) {
    const container = await ownContainer(call);
    const { marker, endMarker, ...query } = readListingQuery(call.request.query);
    const { entries } = await call.storage.list({
      bucket: call.container,
      ...query,
      ...(marker === undefined ? {} : { after: marker }),
      ...(endMarker === undefined ? {} : { before: endMarker }),
    });
    const page = entries.map((entry) => ({ name: nameOf(entry), document: documentOf(entry) }));
    return listingResponse(call.json, containerHeaders(container, "0.00000"), page); // RGW knows no time here
  },

  /** Putting one's own container again changes its metadata. Names are shared by all projects. */
  async PutContainer({ request, storage, principal, container: name }) {
    checkContainerName(name);
    const headers = changedMetadata(request.headers, "container");
    if (await created(storage, { name, projectId: principal.projectId, headers })) return emptyResponse(201);
    const existing = await storage.findBucket(name);
    if (existing?.projectId !== principal.projectId) throw new SwiftError("BucketAlreadyExists");
    await storage.updateBucket(name, headers);
    return emptyResponse(202);
  },

  async PostContainer(call) {
    await ownContainer(call);
    await call.storage.updateBucket(call.container, changedMetadata(call.request.headers, "container"));
    return emptyResponse(204);
  },

  async DeleteContainer(call) {
    await ownContainer(call);
    await call.storage.removeBucket(call.container);
    return emptyResponse(204);
  },
};

/** False when the name is taken, perhaps by the same client a moment ago. */
async function created(storage: Storage, bucket: Parameters<Storage["createBucket"]>[0]): Promise<boolean> {
  try {
    await storage.createBucket(bucket);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.code === "BUCKET_EXISTS") return false;
    throw error;
  }
}

/** The container that a call names; it must belong to the caller's project. */
export async function ownContainer({ storage, container, principal }: Call): Promise<BucketRecord> {
  const found = await storage.findBucket(container);
  if (found === undefined) throw new SwiftError("NoSuchBucket");
  if (found.projectId !== principal.projectId) throw new SwiftError("AccessDenied");
  return found;
}

function containerHeaders(container: BucketRecord, timestamp: string): Record<string, string> {
  const metadata = Object.entries(container.headers).filter(([name]) => name.startsWith("x-container-meta-"));
  return {
    "X-Timestamp": timestamp,
    "X-Container-Object-Count": String(container.objects),
    "X-Container-Bytes-Used": String(container.bytes),
    "X-Storage-Policy": "default-placement",
    "X-Storage-Class": "STANDARD",
    ...titleCased(Object.fromEntries(metadata)),
    "Last-Modified": container.createdAt.toUTCString(),
  };
}

function nameOf(entry: ListEntry): string {
  return entry.kind === "prefix" ? entry.prefix : entry.key;
}

function documentOf(entry: ListEntry): unknown {
  if (entry.kind === "prefix") return { subdir: entry.prefix };
  const { key, etag, bytes, contentType, modifiedAt } = entry;
  return {
    name: key,
    hash: etag,
    bytes,
    ...(contentType === undefined ? {} : { content_type: contentType }),
    last_modified: modifiedAt.toISOString(),
  };
}
