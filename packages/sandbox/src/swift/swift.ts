/**
 * The Swift API as Ceph RGW 16.2 presents it at `/swift/v1`: status codes, headers and bodies follow captures of
 * RGW 16.2.15 with Keystone. `AUTH_<project>` and `KEY_<project>` in the path are accepted, as other RGW sites do.
 *
 * Gaps against the real one. These answer 501 NotImplemented: archive upload, TempURLs for a prefix, object expiry, quotas,
 * versioning and the `path` query. CORS preflight answers 405. The headers `X-*-Bytes-Used-Actual` (space on Ceph's
 * disks) are left out of authenticated answers. Requests for several ranges get the whole object. Times have
 * milliseconds. In listings a static large object has the MD5 of its manifest for a hash, in RGW that of nothing.
 *
 * By design. As in RGW, `If-None-Match: *` on a PUT is ignored, a request without a token is told 404 for an account, and
 * ACLs, TempURLs and large objects have RGW's rules rather than Swift's. Unlike RGW, a revoked token is refused as soon
 * as {@link Identity} says so, `multipart-manifest=get` answers, and TempURLs may be signed with SHA-256 and SHA-512.
 */
import { randomBytes } from "node:crypto";
import type { Service, ServiceRequest, ServiceResponse } from "../http/service.ts";
import type { Identity } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import { accountOperations } from "./accounts.ts";
import { authenticate } from "./authenticate.ts";
import { bulkDelete } from "./bulk.ts";
import type { Operate, OwnCall } from "./call.ts";
import { containerOperations } from "./containers.ts";
import { detect } from "./detect.ts";
import type { Operation } from "./detect.ts";
import { asSwiftError, errorResponse, unauthorized } from "./errors.ts";
import { formatOf } from "./format.ts";
import { infoResponse } from "./info.ts";
import { objectOperations } from "./objects.ts";
import { parseTarget } from "./target.ts";

export interface SwiftOptions {
  readonly storage: Storage;
  readonly identity: Identity;
}

const operations: Readonly<Record<Operation, Operate>> = {
  ...ownAccounts(),
  ...containerOperations,
  ...objectOperations,
  BulkDelete: bulkDelete,
};

/** Nobody who is anonymous comes as far as an account. */
function ownAccounts(): Record<keyof typeof accountOperations, Operate> {
  const own =
    (operate: Operate<OwnCall>): Operate =>
    (call) => {
      if (call.principal === undefined) throw unauthorized();
      return operate({ ...call, principal: call.principal });
    };
  const { HeadAccount, GetAccount, PostAccount } = accountOperations;
  return { HeadAccount: own(HeadAccount), GetAccount: own(GetAccount), PostAccount: own(PostAccount) };
}

/** Answers every path below `/swift`. */
export function createSwift(options: SwiftOptions): Service {
  return async (request) => {
    const transactionId = newTransactionId();
    const { body, ...answer } = await respond(request, options, transactionId);
    const ids = { "X-Trans-Id": transactionId, "X-Openstack-Request-Id": transactionId };
    const headers = { ...answer.headers, ...ids };
    return { status: answer.status, headers, ...(request.method === "HEAD" || body === undefined ? {} : { body }) };
  };
}

async function respond(
  request: ServiceRequest,
  options: SwiftOptions,
  transactionId: string,
): Promise<ServiceResponse> {
  if (request.path === "/swift/info") return infoResponse();
  const format = formatOf(request);
  let container = "";
  try {
    const target = parseTarget(request.path);
    container = target.container;
    const operation = detect(request, target);
    const principal = await authenticate(request, target, options);
    return await operations[operation]({ ...target, request, storage: options.storage, principal, format });
  } catch (error) {
    const failure = asSwiftError(error);
    if (failure === undefined) throw error;
    return errorResponse(failure, { format, container, transactionId });
  }
}

/** As RGW's: a number, the time in seconds, and the gateway, `tx0000024c50f2e77bbd7f4-006b048613-101c-default`. */
function newTransactionId(): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `tx${randomBytes(11).toString("hex").slice(1)}-${seconds.toString(16).padStart(10, "0")}-101c-default`;
}
