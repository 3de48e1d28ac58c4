import type { Call, Operation } from "../call.ts";
import * as acl from "./acl.ts";
import * as buckets from "./buckets.ts";
import { copyObject, uploadPartCopy } from "./copy.ts";
import { deleteObjects } from "./delete-objects.ts";
import { listObjects, listObjectsV2 } from "./list-objects.ts";
import { listMultipartUploads, listParts } from "./list-uploads.ts";
import * as multipart from "./multipart.ts";
import * as objects from "./objects.ts";
import * as policy from "./policy.ts";
import * as sub from "./sub-resources.ts";
import * as tagging from "./tagging.ts";

/** Operations that need no bucket to exist, by S3's own names. */
export const openOperations: ReadonlyMap<string, Operation<Call>> = new Map(
  Object.entries<Operation<Call>>({ CreateBucket: buckets.createBucket, ListBuckets: buckets.listBuckets }),
);

interface BucketOperation {
  /** What a policy calls it. Undefined: the operation asks for each object, or for the one that is there. */
  readonly action: string | undefined;
  readonly run: Operation;
}

/** `[operation, action]`; the action is named like the operation where it is left out. */
const table: Readonly<Record<string, readonly [Operation, (string | null)?]>> = {
  AbortMultipartUpload: [multipart.abortMultipartUpload],
  CompleteMultipartUpload: [multipart.completeMultipartUpload, "PutObject"],
  CopyObject: [copyObject, "PutObject"],
  CreateMultipartUpload: [multipart.createMultipartUpload, "PutObject"],
  DeleteBucket: [buckets.deleteBucket],
  DeleteBucketPolicy: [policy.deleteBucketPolicy],
  DeleteBucketTagging: [tagging.deleteBucketTagging, "PutBucketTagging"],
  DeleteObject: [objects.deleteObject],
  DeleteObjects: [deleteObjects, null],
  DeleteObjectTagging: [tagging.deleteObjectTagging],
  GetBucketAcl: [acl.getBucketAcl],
  GetBucketCors: [sub.getBucketCors],
  GetBucketLifecycleConfiguration: [sub.getBucketLifecycle],
  GetBucketLocation: [buckets.getBucketLocation],
  GetBucketLogging: [sub.getBucketLogging],
  GetBucketPolicy: [policy.getBucketPolicy],
  GetBucketPolicyStatus: [policy.getBucketPolicyStatus],
  GetBucketRequestPayment: [sub.getBucketRequestPayment],
  GetBucketTagging: [tagging.getBucketTagging],
  GetBucketVersioning: [sub.getBucketVersioning],
  GetBucketWebsite: [sub.getBucketWebsite],
  GetObject: [objects.getObject, null],
  GetObjectAcl: [acl.getObjectAcl],
  GetObjectLockConfiguration: [sub.getObjectLock],
  GetObjectTagging: [tagging.getObjectTagging],
  GetPublicAccessBlock: [sub.getPublicAccessBlock],
  HeadBucket: [buckets.headBucket, "ListBucket"],
  HeadObject: [objects.headObject, null],
  ListMultipartUploads: [listMultipartUploads, "ListBucketMultipartUploads"],
  ListObjects: [listObjects, "ListBucket"],
  ListObjectsV2: [listObjectsV2, "ListBucket"],
  ListParts: [listParts, "ListMultipartUploadParts"],
  PutBucketAcl: [acl.putBucketAcl],
  PutBucketPolicy: [policy.putBucketPolicy],
  PutBucketTagging: [tagging.putBucketTagging],
  PutObject: [objects.putObject],
  PutObjectAcl: [acl.putObjectAcl],
  PutObjectTagging: [tagging.putObjectTagging],
  UploadPart: [multipart.uploadPart, "PutObject"],
  UploadPartCopy: [uploadPartCopy, "PutObject"],
};

/** Operations of a bucket that must exist. */
export const bucketOperations: ReadonlyMap<string, BucketOperation> = new Map(
  Object.entries(table).map(([name, [run, action = name]]) => [
    name,
    { run, action: action === null ? undefined : `s3:${action}` },
  ]),
);
