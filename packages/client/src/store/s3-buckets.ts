import { listBucketsRequest, readBuckets } from "../s3/buckets.ts";
import type { S3Client } from "./s3-client.ts";
import type { BucketInfo } from "./store.ts";

/** The buckets that the keys may see. */
export const listBuckets = (client: S3Client, signal: AbortSignal | undefined): Promise<readonly BucketInfo[]> =>
  client.send(listBucketsRequest(client.endpoint.url), readBuckets, { place: {}, signal });
