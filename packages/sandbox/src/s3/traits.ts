import { cannedGrants, isCannedAcl } from "../access/canned-acl.ts";
import type { ServiceRequest } from "../http/service.ts";
import type { ObjectTraits } from "../storage/storage.ts";
import type { BucketCall } from "./call.ts";
import { S3Error } from "./errors.ts";
import { checkTags, readTagQuery, writeTagQuery } from "./tags.ts";

/** What an upload says of its object beside the headers that are given back. */
export function traitsOf({ caller, record, request: { headers } }: BucketCall): ObjectTraits {
  const acl = cannedAcl(headers["x-amz-acl"]);
  const tags = tagsOf(headers);
  return {
    ...(caller?.projectId === record.projectId ? {} : { owner: caller?.projectId ?? "anonymous" }),
    ...(acl === undefined ? {} : { acl }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** A canned ACL that gives something to others, or undefined. s3fs sends an empty one. */
export function cannedAcl(header: string | undefined): string | undefined {
  if (header === undefined || header === "") return undefined;
  if (!isCannedAcl(header)) throw new S3Error("InvalidArgument", `${header} is no canned ACL.`);
  return cannedGrants(header).length === 0 ? undefined : header;
}

/** `x-amz-tagging`, judged and written as it is stored. */
function tagsOf(headers: ServiceRequest["headers"]): string | undefined {
  const header = headers["x-amz-tagging"];
  return header ? writeTagQuery(checkTags(readTagQuery(header), "object")) : undefined;
}
