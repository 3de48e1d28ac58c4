import type { Principal } from "../identity.ts";
import type { BucketRecord, ObjectTraits } from "../storage/storage.ts";
import { cannedAclAllows } from "./canned-acl.ts";
import { judgePolicy, parsePolicy } from "./policy.ts";
import { isInAcl } from "./swift-acl.ts";

/** Somebody wants to do something to a bucket, or to an object in it. */
export interface Wish {
  /** Undefined for an anonymous request. */
  readonly caller: Principal | undefined;
  /** As a policy names it: `s3:GetObject`. Swift's requests have one, too. */
  readonly action: string;
  readonly bucket: BucketRecord;
  readonly key?: string;
  /** Of the object that is there. */
  readonly object?: ObjectTraits | undefined;
  /** What Swift's ACLs may call the caller beside the project's id, which is all that S3's keys tell. */
  readonly names?: readonly string[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
}

type Right = "list" | "read" | "write" | "own";

/** What an action needs of an ACL; any other is the owner's alone. */
const rights: Readonly<Record<string, Right>> = {
  "s3:ListBucket": "list",
  "s3:ListBucketVersions": "list",
  "s3:ListBucketMultipartUploads": "list",
  "s3:GetObject": "read",
  "s3:GetObjectTagging": "read",
  "s3:PutObject": "write",
  "s3:DeleteObject": "write",
  "s3:AbortMultipartUpload": "write",
  "s3:ListMultipartUploadParts": "write",
  "s3:DeleteBucket": "write",
};

/** An owner must be able to take back a policy that refuses everybody. */
const alwaysTheOwners = /^s3:(Get|Put|Delete)BucketPolicy$/;

/**
 * Whether Ceph RGW 16.2 would allow it: the bucket's policy first, then the ACLs, S3's and Swift's, whichever protocol
 * asks. An object that another project wrote is that project's: the bucket's owner may remove it and not read it.
 */
export function isAllowed(wish: Wish): boolean {
  const { caller, action, bucket } = wish;
  const isOwners = caller?.projectId === bucket.projectId;
  if (isOwners && alwaysTheOwners.test(action)) return true;
  const verdict = judgeBucketPolicy(wish);
  if (verdict !== "nothing") return verdict === "allow";
  const right = rights[action] ?? "own";
  if (right === "read") return mayRead(wish);
  if (isOwners) return true;
  if (right === "own") return false;
  const kind = right === "list" ? "read" : "write";
  return cannedAclAllows(bucket.headers["x-amz-acl"], kind, caller === undefined) || isInSwiftAcl(wish, kind);
}

function mayRead(wish: Wish): boolean {
  const { caller, bucket, object } = wish;
  const isOwn = caller !== undefined && caller.projectId === (object?.owner ?? bucket.projectId);
  return isOwn || cannedAclAllows(object?.acl, "read", caller === undefined) || isInSwiftAcl(wish, "read");
}

function isInSwiftAcl({ caller, bucket, names = [], headers }: Wish, kind: "read" | "write"): boolean {
  const acl = bucket.headers[`x-container-${kind}`];
  if (acl === undefined) return false;
  const referrer = URL.parse(headers["referer"] ?? "")?.hostname;
  return isInAcl(acl, { names: caller === undefined ? [] : [caller.projectId, ...names], referrer });
}

function judgeBucketPolicy({ caller, action, bucket, key, headers, query }: Wish): "allow" | "deny" | "nothing" {
  const text = bucket.headers["policy"];
  if (text === undefined) return "nothing";
  return judgePolicy(parsePolicy(text), {
    action,
    resource: `arn:aws:s3:::${bucket.name}${key ? `/${key}` : ""}`,
    principals: caller === undefined ? [] : principalsOf(caller),
    values: conditionValues(headers, query),
  });
}

/** RGW's user is named like the project; it is its own tenant where tenants are implicit. */
function principalsOf({ projectId }: Principal): readonly string[] {
  return [
    `arn:aws:iam:::user/${projectId}`,
    `arn:aws:iam::${projectId}:user/${projectId}`,
    `arn:aws:iam::${projectId}:root`,
  ];
}

/** What the conditions of a policy may ask of a request. */
function conditionValues(headers: Wish["headers"], query: URLSearchParams): Record<string, string | undefined> {
  return {
    "aws:referer": headers["referer"],
    "aws:useragent": headers["user-agent"],
    "s3:prefix": query.get("prefix") ?? "",
    "s3:delimiter": query.get("delimiter") ?? "",
  };
}
