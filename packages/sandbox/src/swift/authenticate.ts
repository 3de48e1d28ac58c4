import type { ServiceRequest } from "../http/service.ts";
import type { Identity, Principal } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import { SwiftError, unauthorized } from "./errors.ts";
import type { Target } from "./target.ts";
import { isTempUrl, tempUrlSigner } from "./temp-url.ts";
import { swiftTimestamp } from "./timestamp.ts";

/**
 * Who asks: the owner of the container behind a TempURL, the bearer of a token, or nobody (undefined). The account in
 * the path, if any, must be that of the container asked for, or of the token's project.
 */
export async function authenticate(
  request: ServiceRequest,
  target: Target,
  { identity, storage }: { readonly identity: Identity; readonly storage: Storage },
): Promise<Principal | undefined> {
  if (isTempUrl(request)) return await tempUrlSigner(request, target, storage);
  const token = request.headers["x-auth-token"];
  if (!token) return await checkAnonymous(target, storage);
  const found = await identity.findToken(token);
  if (found.kind !== "scoped") throw unauthorized();
  await checkAccount(target, found.principal, storage);
  return found.principal;
}

/** RGW takes a request without a token for one by the anonymous user, who has an empty account. */
async function checkAnonymous(target: Target, storage: Storage): Promise<undefined> {
  const { container, projectId } = target;
  if (container === "") throw new SwiftError("NoSuchKey", { headers: emptyAccount() });
  const found = await storage.findBucket(container);
  if (found === undefined || (projectId ?? found.projectId) !== found.projectId) throw new SwiftError("NoSuchBucket");
  return undefined;
}

async function checkAccount({ projectId, container }: Target, principal: Principal, storage: Storage): Promise<void> {
  if (projectId === undefined || projectId === principal.projectId) return;
  const found = container === "" ? undefined : await storage.findBucket(container);
  if (found?.projectId !== projectId) throw new SwiftError("AccessDenied");
}

function emptyAccount(): Record<string, string> {
  return {
    "X-Timestamp": swiftTimestamp(new Date()),
    "X-Account-Container-Count": "0",
    "X-Account-Object-Count": "0",
    "X-Account-Bytes-Used": "0",
    "X-Account-Bytes-Used-Actual": "0",
  };
}
