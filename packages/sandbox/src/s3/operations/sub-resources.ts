import { xmlResponse, type Operation, type OwnCall } from "../call.ts";
import { S3Error, type S3ErrorCode } from "../errors.ts";
import { element } from "../xml.ts";
import type { ServiceResponse } from "../../http/service.ts";

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Answers for a bucket that never had what is asked for. */
function absent(code: S3ErrorCode): Operation {
  return () => Promise.reject(new S3Error(code));
}

/** Answers with a document that is the same for every bucket. */
function constant(root: string, content: string, namespace?: string): Operation {
  return () => Promise.resolve(xmlResponse(root, content, namespace));
}

const flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

export const getBucketPolicy: Operation = absent("NoSuchBucketPolicy");
export const getBucketCors: Operation = absent("NoSuchCORSConfiguration");
export const getBucketLifecycle: Operation = absent("NoSuchLifecycleConfiguration");
export const getBucketTagging: Operation = absent("NoSuchTagSet");
export const getObjectLock: Operation = absent("ObjectLockConfigurationNotFoundError");
export const getBucketVersioning: Operation = constant("VersioningConfiguration", "");
export const getBucketLogging: Operation = constant("BucketLoggingStatus", "");
export const getBucketPolicyStatus: Operation = constant("PolicyStatus", element("IsPublic", false));
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

export const getBucketAcl: Operation = async (call) => aclOf(call);

export const getObjectAcl: Operation = async (call) => {
  await call.storage.stat(call.bucket, call.key);
  return aclOf(call);
};

export const getObjectTagging: Operation = async (call) => {
  await call.storage.stat(call.bucket, call.key);
  return xmlResponse("Tagging", "<TagSet></TagSet>");
};

/** Full control of the owner, who is the caller. */
function aclOf({ caller: { projectId, projectName } }: OwnCall): ServiceResponse {
  const owner = element("ID", projectId) + element("DisplayName", projectName);
  const grantee = `<Grantee ${XSI} xsi:type="CanonicalUser">${owner}</Grantee>`;
  const grant = `<Grant>${grantee}${element("Permission", "FULL_CONTROL")}</Grant>`;
  return xmlResponse("AccessControlPolicy", `<Owner>${owner}</Owner><AccessControlList>${grant}</AccessControlList>`);
}
