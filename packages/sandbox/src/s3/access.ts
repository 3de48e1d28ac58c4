import type { Call, OwnCall } from "./call.ts";
import { S3Error } from "./errors.ts";

/** Lets a request at its bucket: only keys of the bucket's own project do anything to it, or learn anything of it. */
export async function enterBucket(call: Call): Promise<OwnCall> {
  const record = await call.storage.findBucket(call.bucket);
  if (record === undefined) throw new S3Error("NoSuchBucket");
  const { caller } = call;
  if (caller?.projectId !== record.projectId) throw new S3Error("AccessDenied");
  return { ...call, caller, record };
}
