import { normalAcl } from "../access/swift-acl.ts";
import { StorageError } from "../storage/storage.ts";
import type { BucketRecord, ListEntry, Storage } from "../storage/storage.ts";
import { enterContainer, refusal } from "./access.ts";
import { emptyResponse, writtenResponse } from "./call.ts";
import type { Call, Operate } from "./call.ts";
import type { ContainerOperation } from "./detect.ts";
import { SwiftError } from "./errors.ts";
import { listingResponse, readListingQuery } from "./listings.ts";
import type { ListingEntry } from "./listings.ts";
import { changedMetadata, titleCased } from "./metadata.ts";
import { checkContainerName } from "./target.ts";
import { swiftTimestamp } from "./timestamp.ts";

export const containerOperations: Readonly<Record<ContainerOperation, Operate>> = {
  async HeadContainer(call) {
    if (isWebRequest(call)) return redirected(call);
    const container = await enterContainer(call, "s3:ListBucket");
    return emptyResponse(204, containerHeaders(container, swiftTimestamp(container.createdAt)));
  },

  async GetContainer(call) {
    if (isWebRequest(call)) return redirected(call);
    const container = await enterContainer(call, "s3:ListBucket");
    const { marker, endMarker, ...query } = readListingQuery(call.request.query);
    const { entries } = await call.storage.list({
      bucket: call.container,
      ...query,
      ...(marker === undefined ? {} : { after: marker }),
      ...(endMarker === undefined ? {} : { before: endMarker }),
    });
    return listingResponse(call.format, {
      kind: "container",
      name: call.container,
      headers: containerHeaders(container, "0.00000"), // RGW knows no time here
      entries: entries.map(documentOf),
    });
  },

  /** Putting one's own container again changes its metadata, but not its ACLs. Names are shared by all projects. */
  async PutContainer(call) {
    const { request, storage, principal, container: name } = call;
    if (principal === undefined) throw refusal(call);
    checkContainerName(name);
    const metadata = changedMetadata(request.headers, "container");
    const acls = changedAcls(request.headers);
    if (await created(storage, { name, projectId: principal.projectId, headers: { ...metadata, ...acls } })) {
      return emptyResponse(201);
    }
    const existing = await storage.findBucket(name);
    if (existing?.projectId !== principal.projectId || !hasAcls(existing, acls)) {
      throw new SwiftError("BucketAlreadyExists");
    }
    await storage.updateBucket(name, metadata);
    return emptyResponse(202);
  },

  async PostContainer(call) {
    const { headers } = call.request;
    await enterContainer(call, "s3:DeleteBucket");
    await call.storage.updateBucket(call.container, {
      ...changedMetadata(headers, "container"),
      ...changedAcls(headers),
    });
    return writtenResponse(204);
  },

  async DeleteContainer(call) {
    await enterContainer(call, "s3:DeleteBucket");
    await call.storage.removeBucket(call.container);
    return emptyResponse(204);
  },
};

/** RGW takes an anonymous request for one of a browser, and sends it to the address that ends in a slash. */
const isWebRequest = ({ principal, request: { path } }: Call): boolean =>
  principal === undefined && !path.endsWith("/");

const redirected = ({ request: { path } }: Call): ReturnType<typeof emptyResponse> =>
  emptyResponse(301, { Location: `${path}/` });

const aclKinds = ["read", "write"] as const;

/** RGW does not know `X-Remove-Container-Read`; an empty header takes an ACL away. */
function changedAcls(headers: Call["request"]["headers"]): Record<string, string> {
  return Object.fromEntries(
    aclKinds.flatMap((kind) => {
      const header = headers[`x-container-${kind}`];
      if (header === undefined) return [];
      const acl = normalAcl(header, kind);
      if (acl === undefined) throw new SwiftError("InvalidArgument");
      return [[`x-container-${kind}`, acl]];
    }),
  );
}

function hasAcls({ headers }: BucketRecord, acls: Readonly<Record<string, string>>): boolean {
  return aclKinds.every((kind) => (headers[`x-container-${kind}`] ?? "") === (acls[`x-container-${kind}`] ?? ""));
}

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

function containerHeaders(container: BucketRecord, timestamp: string): Record<string, string> {
  const told = Object.entries(container.headers).filter(([name]) => /^x-container-(meta-|read$|write$)/.test(name));
  return {
    "X-Timestamp": timestamp,
    "X-Container-Object-Count": String(container.objects),
    "X-Container-Bytes-Used": String(container.bytes),
    "X-Storage-Policy": "default-placement",
    "X-Storage-Class": "STANDARD",
    ...titleCased(Object.fromEntries(told)),
    "Last-Modified": container.createdAt.toUTCString(),
  };
}

function documentOf(entry: ListEntry): ListingEntry {
  if (entry.kind === "prefix") return { subdir: entry.prefix };
  const { key, etag, bytes, contentType, modifiedAt } = entry;
  return {
    item: { name: key, hash: etag, bytes, content_type: contentType, last_modified: modifiedAt.toISOString() },
  };
}
