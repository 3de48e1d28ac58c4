import type { HttpRequest, HttpResponse } from "../http.ts";
import { readDocument } from "./errors.ts";
import { bucketUrl, serviceUrl } from "./urls.ts";
import { childOf, childrenOf, childText } from "../xml.ts";

export interface Bucket {
  readonly name: string;
  /** Swift's s3api says 2009-02-03T16:45:09Z for all of them. */
  readonly createdAt?: Date;
}

export function listBucketsRequest(endpoint: string): HttpRequest {
  return { method: "GET", url: serviceUrl(endpoint), headers: {} };
}

export async function readBuckets(response: HttpResponse): Promise<readonly Bucket[]> {
  const result = await readDocument(response, "ListAllMyBucketsResult", "the list of buckets");
  return childrenOf(childOf(result, "Buckets"), "Bucket").map((bucket) => {
    const createdAt = new Date(childText(bucket, "CreationDate") ?? "");
    return {
      name: childText(bucket, "Name") ?? "",
      ...(Number.isNaN(createdAt.getTime()) ? {} : { createdAt }),
    };
  });
}

/** Sends no location: RGW refuses `us-east-1`, which is the only one that Swift's s3api takes. */
export function createBucketRequest(endpoint: string, bucket: string): HttpRequest {
  return { method: "PUT", url: bucketUrl(endpoint, bucket), headers: {} };
}

export function deleteBucketRequest(endpoint: string, bucket: string): HttpRequest {
  return { method: "DELETE", url: bucketUrl(endpoint, bucket), headers: {} };
}
