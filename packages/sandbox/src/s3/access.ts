import type { Principal } from "../identity.ts";
import type { BucketRecord } from "../storage/storage.ts";
import type { Call } from "./call.ts";
import { S3Error } from "./errors.ts";

/** The project a request acts for, or AccessDenied for an anonymous one. */
export function projectOf(call: Call): Principal {
  if (call.caller === undefined) throw new S3Error("AccessDenied");
  return call.caller;
}

/** The bucket of a request that only its own project may make. */
export async function ownBucket(call: Call): Promise<BucketRecord> {
  const bucket = await existingBucket(call, call.bucket);
  if (bucket.projectId !== call.caller?.projectId) throw new S3Error("AccessDenied");
  return bucket;
}

/** A bucket whose objects the caller may read: its project's own, or one that a Swift container ACL opens. */
export async function readableBucket(call: Call, name: string = call.bucket): Promise<BucketRecord> {
  const bucket = await existingBucket(call, name);
  if (isGranted(bucket, "x-container-read", call.caller)) return bucket;
  throw new S3Error("AccessDenied");
}

/** A bucket whose objects the caller may write. */
export async function writableBucket(call: Call): Promise<BucketRecord> {
  const bucket = await existingBucket(call, call.bucket);
  if (call.caller !== undefined && isGranted(bucket, "x-container-write", call.caller)) return bucket;
  throw new S3Error("AccessDenied");
}

/** A bucket whose keys the caller may list. `.r:*` alone lets strangers read objects and not list them. */
export async function listableBucket(call: Call): Promise<BucketRecord> {
  const bucket = await readableBucket(call);
  const isStranger = call.caller === undefined;
  if (isStranger && !elements(bucket, "x-container-read").includes(".rlistings")) throw new S3Error("AccessDenied");
  return bucket;
}

async function existingBucket(call: Call, name: string): Promise<BucketRecord> {
  const bucket = await call.storage.findBucket(name);
  if (bucket === undefined) throw new S3Error("NoSuchBucket");
  return bucket;
}

/** Swift's grants: `.r:*` is everyone, `<project>:<user>` a person, with `*` for either part. */
function isGranted(bucket: BucketRecord, header: string, caller: Principal | undefined): boolean {
  if (bucket.projectId === caller?.projectId) return true;
  return elements(bucket, header).some((grant) => {
    if (grant === ".r:*") return true;
    const [project, user] = grant.split(":");
    if (caller === undefined || user === undefined) return false;
    return (project === "*" || project === caller.projectId) && (user === "*" || user === caller.userId);
  });
}

function elements(bucket: BucketRecord, header: string): readonly string[] {
  return (bucket.headers[header] ?? "").split(",").map((grant) => grant.trim());
}
