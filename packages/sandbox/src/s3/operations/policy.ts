import { cannedGrants } from "../../access/canned-acl.ts";
import { isPublic, parsePolicy, PolicyError } from "../../access/policy.ts";
import { readDocument } from "../body/payload.ts";
import { emptyResponse, xmlResponse, type Operation } from "../call.ts";
import { S3Error } from "../errors.ts";
import { element } from "../xml.ts";

export const getBucketPolicy: Operation = async ({ record: { headers } }) => {
  const { policy } = headers;
  if (policy === undefined) throw new S3Error("NoSuchBucketPolicy");
  return { status: 200, headers: { "Content-Type": "application/json" }, body: policy };
};

export const putBucketPolicy: Operation = async ({ storage, bucket, payload }) => {
  const policy = await readDocument(payload);
  try {
    parsePolicy(policy);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new S3Error(error.isUnknown ? "NotImplemented" : "InvalidArgument", error.message, { cause: error });
  }
  await storage.updateBucket(bucket, { policy });
  return emptyResponse(204);
};

export const deleteBucketPolicy: Operation = async ({ storage, bucket }) => {
  await storage.updateBucket(bucket, { policy: "" });
  return emptyResponse(204);
};

/** Public: the policy allows something to everybody on no condition, or the ACL lets others in. */
export const getBucketPolicyStatus: Operation = async ({ record: { headers } }) => {
  const byPolicy = headers["policy"] !== undefined && isPublic(parsePolicy(headers["policy"]));
  const answer = byPolicy || cannedGrants(headers["x-amz-acl"]).length > 0;
  return xmlResponse("PolicyStatus", element("IsPublic", answer));
};
