import type { BucketRecord } from "../storage/storage.ts";
import { emptyResponse } from "./call.ts";
import type { Operate, OwnCall } from "./call.ts";
import type { AccountOperation } from "./detect.ts";
import { listingResponse, readListingQuery } from "./listings.ts";
import { changedMetadata, titleCased } from "./metadata.ts";
import { swiftTimestamp } from "./timestamp.ts";

export const accountOperations: Readonly<Record<AccountOperation, Operate<OwnCall>>> = {
  async HeadAccount({ storage, principal }) {
    const containers = await storage.listBuckets(principal.projectId);
    return emptyResponse(204, await accountHeaders({ storage, principal }, containers));
  },

  async GetAccount(call) {
    const { prefix = "", marker, endMarker, limit } = readListingQuery(call.request.query);
    const containers = await call.storage.listBuckets(call.principal.projectId);
    const entries = containers
      .filter(({ name }) => name.startsWith(prefix))
      .filter(({ name }) => marker === undefined || sortsBefore(marker, name))
      .filter(({ name }) => endMarker === undefined || sortsBefore(name, endMarker))
      .slice(0, limit)
      .map(({ name, objects, bytes }) => ({ item: { name, count: objects, bytes } }));
    const headers = await accountHeaders(call, containers);
    return listingResponse(call.format, { kind: "account", name: call.principal.projectName, headers, entries });
  },

  async PostAccount({ request, storage, principal }) {
    await storage.updateAccount(principal.projectId, changedMetadata(request.headers, "account"));
    return emptyResponse(204);
  },
};

function sortsBefore(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
}

/** An account has no time of its own; RGW gives the time of the request. */
async function accountHeaders(
  { storage, principal }: Pick<OwnCall, "storage" | "principal">,
  containers: readonly BucketRecord[],
): Promise<Record<string, string>> {
  const objects = containers.reduce((sum, container) => sum + container.objects, 0);
  const bytes = containers.reduce((sum, container) => sum + container.bytes, 0);
  const policy = "X-Account-Storage-Policy-Default-Placement";
  return {
    "X-Timestamp": swiftTimestamp(new Date()),
    "X-Account-Container-Count": String(containers.length),
    "X-Account-Object-Count": String(objects),
    "X-Account-Bytes-Used": String(bytes),
    [`${policy}-Container-Count`]: String(containers.length),
    [`${policy}-Object-Count`]: String(objects),
    [`${policy}-Bytes-Used`]: String(bytes),
    ...titleCased(await storage.accountHeaders(principal.projectId)),
  };
}
