import { readDocument } from "../body/payload.ts";
import { cannedGrants } from "../../access/canned-acl.ts";
import { emptyResponse, xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { S3Error } from "../errors.ts";
import { cannedAcl } from "../traits.ts";
import { element } from "../xml.ts";
import { ownerFields } from "../owner.ts";
import type { ServiceResponse } from "../../http/service.ts";

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const GROUPS = {
  everybody: "http://acs.amazonaws.com/groups/global/AllUsers",
  users: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
} as const;

export const getBucketAcl: Operation = async (call) => aclOf(call, call.record.headers["x-amz-acl"]);

export const getObjectAcl: Operation = async (call) => {
  const { traits } = await call.storage.stat(call.bucket, call.key);
  return aclOf(call, traits?.acl);
};

export const putBucketAcl: Operation = async (call) => {
  await call.storage.updateBucket(call.bucket, { "x-amz-acl": await wantedAcl(call) });
  return emptyResponse(200);
};

export const putObjectAcl: Operation = async (call) => {
  const { storage, bucket, key } = call;
  const object = await storage.stat(bucket, key);
  const acl = await wantedAcl(call);
  const { acl: _, ...traits } = object.traits ?? {};
  await storage.updateObject(bucket, key, { ...object, traits: acl === "" ? traits : { ...traits, acl } });
  return emptyResponse(200);
};

/** The canned ACL of the header; empty for private. An ACL written out is beyond what is understood here. */
async function wantedAcl(call: BucketCall): Promise<string> {
  if ((await readDocument(call.payload)).trim() !== "") {
    throw new S3Error("NotImplemented", "An ACL in the body is not implemented; name a canned one by x-amz-acl.");
  }
  return cannedAcl(call.request.headers["x-amz-acl"]) ?? "";
}

/** Full control of the owner, and what the canned ACL gives to others. */
function aclOf(call: BucketCall, acl: string | undefined): ServiceResponse {
  const owner = ownerFields(call);
  const others = cannedGrants(acl).map(({ who, right }) =>
    grant("Group", element("URI", GROUPS[who]), right === "read" ? "READ" : "WRITE"),
  );
  const list = [...others, grant("CanonicalUser", owner, "FULL_CONTROL")].join("");
  return xmlResponse("AccessControlPolicy", `<Owner>${owner}</Owner><AccessControlList>${list}</AccessControlList>`);
}

function grant(type: string, grantee: string, permission: string): string {
  return `<Grant><Grantee ${XSI} xsi:type="${type}">${grantee}</Grantee>${element("Permission", permission)}</Grant>`;
}
