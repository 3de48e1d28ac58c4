import type { Call, Operation } from "../call.ts";
import * as buckets from "./buckets.ts";
import { copyObject, uploadPartCopy } from "./copy.ts";
import { deleteObjects } from "./delete-objects.ts";
import { listObjects, listObjectsV2 } from "./list-objects.ts";
import { listMultipartUploads, listParts } from "./list-uploads.ts";
import * as multipart from "./multipart.ts";
import * as objects from "./objects.ts";
import * as sub from "./sub-resources.ts";

/** Operations that need no bucket to exist, by S3's own names. */
export const openOperations: ReadonlyMap<string, Operation<Call>> = new Map(
  Object.entries<Operation<Call>>({ CreateBucket: buckets.createBucket, ListBuckets: buckets.listBuckets }),
);

/** Operations of a bucket of one's own. */
export const ownOperations: ReadonlyMap<string, Operation> = new Map(
  Object.entries<Operation>({
    AbortMultipartUpload: multipart.abortMultipartUpload,
    CompleteMultipartUpload: multipart.completeMultipartUpload,
    CopyObject: copyObject,
    CreateMultipartUpload: multipart.createMultipartUpload,
    DeleteBucket: buckets.deleteBucket,
    DeleteObject: objects.deleteObject,
    DeleteObjects: deleteObjects,
    GetBucketAcl: sub.getBucketAcl,
    GetBucketCors: sub.getBucketCors,
    GetBucketLifecycleConfiguration: sub.getBucketLifecycle,
    GetBucketLocation: buckets.getBucketLocation,
    GetBucketLogging: sub.getBucketLogging,
    GetBucketPolicy: sub.getBucketPolicy,
    GetBucketPolicyStatus: sub.getBucketPolicyStatus,
    GetBucketRequestPayment: sub.getBucketRequestPayment,
    GetBucketTagging: sub.getBucketTagging,
    GetBucketVersioning: sub.getBucketVersioning,
    GetBucketWebsite: sub.getBucketWebsite,
    GetObject: objects.getObject,
    GetObjectAcl: sub.getObjectAcl,
    GetObjectLockConfiguration: sub.getObjectLock,
    GetObjectTagging: sub.getObjectTagging,
    GetPublicAccessBlock: sub.getPublicAccessBlock,
    HeadBucket: buckets.headBucket,
    HeadObject: objects.headObject,
    ListMultipartUploads: listMultipartUploads,
    ListObjects: listObjects,
    ListObjectsV2: listObjectsV2,
    ListParts: listParts,
    PutObject: objects.putObject,
    UploadPart: multipart.uploadPart,
    UploadPartCopy: uploadPartCopy,
  }),
);
