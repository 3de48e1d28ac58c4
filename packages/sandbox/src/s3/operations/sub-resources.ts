import { xmlResponse, type Operation } from "../call.ts";
import { S3Error, type S3ErrorCode } from "../errors.ts";
import { element } from "../xml.ts";

/** Answers for a bucket that never had what is asked for. */
function absent(code: S3ErrorCode): Operation {
  return () => Promise.reject(new S3Error(code));
}

/** Answers with a document that is the same for every bucket. */
function constant(root: string, content: string, namespace?: string): Operation {
  return () => Promise.resolve(xmlResponse(root, content, namespace));
}

const flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

export const getBucketCors: Operation = absent("NoSuchCORSConfiguration");
export const getBucketLifecycle: Operation = absent("NoSuchLifecycleConfiguration");
export const getObjectLock: Operation = absent("ObjectLockConfigurationNotFoundError");
export const getBucketVersioning: Operation = constant("VersioningConfiguration", "");
export const getBucketLogging: Operation = constant("BucketLoggingStatus", "");
export const getBucketRequestPayment: Operation = constant(
  "RequestPaymentConfiguration",
  element("Payer", "BucketOwner"),
);
/** The root's name and its missing namespace are RGW's. */
export const getPublicAccessBlock: Operation = constant(
  "BlockPublicAccessBlockConfiguration",
  flags.map((flag) => element(flag, false)).join(""),
  "",
);

export const getBucketWebsite: Operation = absent("MethodNotAllowed");
