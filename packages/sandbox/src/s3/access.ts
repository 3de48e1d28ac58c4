import { isAllowed } from "../access/rgw.ts";
import type { Wish } from "../access/rgw.ts";
import { openWhole, statWhole, type Admit } from "../storage/large-objects.ts";
import { StorageError } from "../storage/storage.ts";
import type { BucketRecord, ObjectRecord, OpenObject } from "../storage/storage.ts";
import type { BucketCall, Call } from "./call.ts";
import { S3Error } from "./errors.ts";

/** Lets a request at its bucket, if its sender may do this to it. Undefined: the operation judges for itself. */
export async function enterBucket(call: Call, action: string | undefined): Promise<BucketCall> {
  const record = await call.storage.findBucket(call.bucket);
  if (record === undefined) throw new S3Error("NoSuchBucket");
  const entered = { ...call, record };
  if (action !== undefined && !may(entered, action)) throw new S3Error("AccessDenied");
  return entered;
}

/** Whether the sender may do this to the call's key, or to its bucket where the call names none. */
export function may(call: BucketCall, action: string, object?: ObjectRecord): boolean {
  return isAllowed({ ...wishOf(call, call.record, action), key: call.key, object: object?.traits });
}

export function openReadable(call: BucketCall): Promise<OpenObject> {
  const { storage, bucket, key } = call;
  return readable(
    call,
    () => openWhole(storage, bucket, key, admitTo(call)),
    (opened) => opened.object,
  );
}

export function statReadable(call: BucketCall): Promise<ObjectRecord> {
  const { storage, bucket, key } = call;
  return readable(
    call,
    () => statWhole(storage, bucket, key, admitTo(call)),
    (record) => record,
  );
}

/** Whoever may not list does not learn that an object is missing. */
async function readable<T>(call: BucketCall, look: () => Promise<T>, recordOf: (found: T) => ObjectRecord): Promise<T> {
  try {
    const found = await look();
    if (!may(call, "s3:GetObject", recordOf(found))) throw new S3Error("AccessDenied");
    return found;
  } catch (error) {
    const isMissing = error instanceof StorageError && error.code === "NO_SUCH_KEY";
    if (isMissing && !may({ ...call, key: "" }, "s3:ListBucket")) throw new S3Error("AccessDenied");
    throw error;
  }
}

/** Who reads a large object must be let into the buckets of its segments. */
function admitTo(call: Call): Admit {
  return (bucket) => {
    if (bucket === undefined) throw new S3Error("NoSuchKey");
    if (!isAllowed(wishOf(call, bucket, "s3:GetObject"))) throw new S3Error("AccessDenied");
  };
}

function wishOf({ caller, request: { headers, query } }: Call, bucket: BucketRecord, action: string): Wish {
  return { caller, action, bucket, headers, query };
}
