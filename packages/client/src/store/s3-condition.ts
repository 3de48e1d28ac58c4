import { S3Error } from "../s3/errors.ts";
import { StoreError } from "./error.ts";
import { type Place, storeError } from "./failures.ts";
import type { S3Client } from "./s3-client.ts";
import type { PutOptions } from "./store.ts";

type Features = Pick<S3Client, "features">;
type Condition = Pick<PutOptions, "ifAbsent">;

/**
 * What a write was refused with, its condition considered: there is only one, that nothing is there yet. A server that does not
 * know it is remembered as such.
 *
 * @see swift/common/middleware/s3api/controllers/obj.py, "Conditional object PUTs are not supported."
 */
export function conditionRefused(client: Features, { ifAbsent }: Condition, error: unknown, place: Place): unknown {
  if (ifAbsent !== true || !(error instanceof StoreError && error.cause instanceof S3Error)) return error;
  if (error.code === "STORE_CHANGED") return storeError("STORE_EXISTS", place, error.cause);
  if (error.cause.code !== "NotImplemented") return error;
  client.features.putIfAbsent = false;
  return unknownCondition(error);
}

/** Before anything is sent to a server that is known not to know the condition. */
export function refuseUnknownCondition(client: Features, { ifAbsent }: Condition): void {
  if (ifAbsent === true && !client.features.putIfAbsent) throw unknownCondition();
}

const unknownCondition = (cause?: StoreError): StoreError =>
  new StoreError("STORE_FAILED", "this store cannot write on the condition that nothing is there yet", {
    cause,
    requestId: cause?.requestId,
  });
