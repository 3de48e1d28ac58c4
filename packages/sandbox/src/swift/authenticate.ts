import type { ServiceRequest } from "../http/service.ts";
import type { Identity, Principal } from "../identity.ts";
import type { Storage } from "../storage/storage.ts";
import { SwiftError, unauthorized } from "./errors.ts";
import type { Target } from "./target.ts";
import { swiftTimestamp } from "./timestamp.ts";

/** Whose token a request carries. The account in the path, if any, must be that of the token's project. */
export async function authenticate(
  request: ServiceRequest,
  target: Target,
  { identity, storage }: { readonly identity: Identity; readonly storage: Storage },
): Promise<Principal> {
  const token = request.headers["x-auth-token"];
  if (!token) throw await anonymousFailure(target, storage);
  const found = await identity.findToken(token);
  if (found.kind !== "scoped") throw unauthorized();
  const { principal } = found;
  if (target.projectId !== undefined && target.projectId !== principal.projectId) throw new SwiftError("AccessDenied");
  return principal;
}

/** RGW takes a request without a token for one by the anonymous user, who has an empty account and no rights. */
async function anonymousFailure({ container }: Target, storage: Storage): Promise<SwiftError> {
  if (container === "") return new SwiftError("NoSuchKey", { headers: emptyAccount() });
  return (await storage.findBucket(container)) === undefined ? new SwiftError("NoSuchBucket") : unauthorized();
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
