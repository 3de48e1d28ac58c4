import { readDocument } from "../body/payload.ts";
import { emptyResponse, xmlResponse, type Call, type Operation } from "../call.ts";
import { S3Error } from "../errors.ts";
import { refuseUnsupported } from "../refusals.ts";
import { cannedAcl } from "../traits.ts";
import { element, parse, textOf } from "../xml.ts";

/** RGW's zonegroup, the only location there is. */
const LOCATION = "default";
const MAX_BUCKETS = 1000;

export const listBuckets: Operation<Call> = async ({ storage, caller }) => {
  const buckets = caller === undefined ? [] : await storage.listBuckets(caller.projectId);
  const owner = element("ID", caller?.projectId ?? "anonymous") + element("DisplayName", caller?.projectName ?? "");
  const items = buckets.map(
    ({ name, createdAt }) =>
      `<Bucket>${element("Name", name)}${element("CreationDate", createdAt.toISOString())}</Bucket>`,
  );
  return xmlResponse("ListAllMyBucketsResult", `<Owner>${owner}</Owner><Buckets>${items.join("")}</Buckets>`);
};

/** Creating one's own bucket again succeeds, as in RGW. */
export const createBucket: Operation<Call> = async ({ storage, bucket, request, caller, payload }) => {
  if (caller === undefined) throw new S3Error("AccessDenied");
  const { projectId } = caller;
  if (!isBucketName(bucket)) throw new S3Error("InvalidBucketName");
  refuseUnsupported(request.headers);
  const acl = cannedAcl(request.headers["x-amz-acl"]);
  checkLocation(await readDocument(payload));
  const existing = await storage.findBucket(bucket);
  if (existing?.projectId === projectId) return emptyResponse(200);
  await storage.createBucket({ name: bucket, projectId, headers: acl === undefined ? {} : { "x-amz-acl": acl } });
  return emptyResponse(200);
};

/** RGW's strict rules: those of DNS names, and no address. */
function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return false;
  return !/\.\.|\.-|-\./.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
}

/** `<zonegroup>[:<placement>]`, either part may be empty. `us-east-1` is as unknown as any region of Amazon's. */
function checkLocation(text: string): void {
  if (text.trim() === "") return;
  const constraint = textOf(parse(text, "CreateBucketConfiguration"), "LocationConstraint") ?? "";
  const [zonegroup, placement = ""] = constraint.split(":");
  const isKnown = ["", LOCATION].includes(zonegroup ?? "") && ["", "default-placement"].includes(placement);
  if (!isKnown) throw new S3Error("InvalidLocationConstraint");
}

export const headBucket: Operation = async ({ record: { objects, bytes } }) =>
  emptyResponse(200, {
    "X-RGW-Object-Count": String(objects),
    "X-RGW-Bytes-Used": String(bytes),
    "X-RGW-Quota-User-Size": "-1",
    "X-RGW-Quota-User-Objects": "-1",
    "X-RGW-Quota-Max-Buckets": String(MAX_BUCKETS),
    "X-RGW-Quota-Bucket-Size": "-1",
    "X-RGW-Quota-Bucket-Objects": "-1",
    "Content-Length": "0",
  });

export const deleteBucket: Operation = async ({ storage, bucket }) => {
  await storage.removeBucket(bucket);
  return emptyResponse(204);
};

export const getBucketLocation: Operation = async () => xmlResponse("LocationConstraint", LOCATION);
