import { isAllowed } from "../access/rgw.ts";
import type { Wish } from "../access/rgw.ts";
import type { Principal } from "../identity.ts";
import { openWhole, statWhole } from "../storage/large-objects.ts";
import type { Admit } from "../storage/large-objects.ts";
import { StorageError } from "../storage/storage.ts";
import type { BucketRecord, ObjectRecord, OpenObject } from "../storage/storage.ts";
import type { Call } from "./call.ts";
import { SwiftError, unauthorized } from "./errors.ts";

/** The container that a call names, if its sender may do this to it. */
export async function enterContainer(call: Call, action: string, key?: string): Promise<BucketRecord> {
  const found = await call.storage.findBucket(call.container);
  if (found === undefined) throw new SwiftError("NoSuchBucket");
  if (!isAllowed(wishOf(call, found, action, key))) throw refusal(call);
  return found;
}

export function openReadable(call: Call): Promise<OpenObject> {
  const { storage, container, object } = call;
  return readable(
    call,
    () => openWhole(storage, container, object, admitTo(call)),
    (opened) => opened.object,
  );
}

export function statReadable(call: Call): Promise<ObjectRecord> {
  const { storage, container, object } = call;
  return readable(
    call,
    () => statWhole(storage, container, object, admitTo(call)),
    (record) => record,
  );
}

/** Whoever may not list does not learn that an object is missing. */
export async function readable<T>(
  call: Call,
  look: () => Promise<T>,
  recordOf: (found: T) => ObjectRecord,
): Promise<T> {
  const bucket = await call.storage.findBucket(call.container);
  if (bucket === undefined) throw new SwiftError("NoSuchBucket");
  const may = (action: string, object?: ObjectRecord): boolean =>
    isAllowed({ ...wishOf(call, bucket, action, call.object), object: object?.traits });
  try {
    const found = await look();
    if (!may("s3:GetObject", recordOf(found))) throw refusal(call);
    return found;
  } catch (error) {
    const isMissing = error instanceof StorageError && error.code === "NO_SUCH_KEY";
    if (isMissing && !may("s3:ListBucket") && !may("s3:GetObject")) throw refusal(call);
    throw error;
  }
}

/** Who reads a large object must be let into the containers of its segments. */
function admitTo(call: Call): Admit {
  return (bucket) => {
    if (bucket === undefined) throw new SwiftError("NoSuchKey");
    if (!isAllowed(wishOf(call, bucket, "s3:GetObject", ""))) throw refusal(call);
  };
}

function wishOf({ principal, request }: Call, bucket: BucketRecord, action: string, key?: string): Wish {
  const { headers, query } = request;
  const names = principal === undefined ? [] : namesOf(principal);
  return { caller: principal, action, bucket, headers, query, names, ...(key === undefined ? {} : { key }) };
}

/** What an ACL may call the bearer of a Keystone token. See `TokenEngine::get_acl_strategy` in rgw_auth_keystone.cc. */
function namesOf({ projectId, projectName, userId }: Principal): readonly string[] {
  return [`${projectId}:${userId}`, `${projectId}:*`, `${projectName}:*`, `*:${userId}`];
}

/** An anonymous request is asked to sign in, except where RGW took it for one to a web site: a container's listing. */
export function refusal({ principal, object, request: { method } }: Call): SwiftError {
  const isListing = object === "" && (method === "GET" || method === "HEAD");
  return principal === undefined && !isListing ? unauthorized() : new SwiftError("AccessDenied");
}
