import type { HttpResponse } from "../http.ts";
import { createBucketRequest, deleteBucketRequest } from "../s3/buckets.ts";
import { readDone, S3Error } from "../s3/errors.ts";
import { presignUrl } from "../s3/sign.ts";
import { objectUrl } from "../s3/urls.ts";
import { Failure } from "../failure.ts";
import { checkBucketName, checkKey } from "./names.ts";
import { listBuckets } from "./s3-buckets.ts";
import { s3Client, type S3AccountOptions } from "./s3-client.ts";
import { s3Store } from "./s3-store.ts";
import type { BucketInfo, PresignOptions, StoreAccount } from "./store.ts";

export type { S3AccountOptions } from "./s3-client.ts";

/** 7 days, the most that Signature Version 4 allows. */
const longestLinkSeconds = 604_800;

/** An account at an S3 store. No request is made until something is asked of it. */
export function s3Account(options: S3AccountOptions): StoreAccount {
  const client = s3Client(options);
  const { url, region } = options.endpoint;
  return {
    protocol: "s3",
    place: options.place ?? url,

    async *listBuckets({ signal } = {}): AsyncGenerator<BucketInfo> {
      yield* await listBuckets(client, signal);
    },

    async createBucket(name) {
      checkBucketName(name);
      await client.send(createBucketRequest(url, name), readCreated, { place: { bucket: name } });
    },

    async removeBucket(name) {
      checkBucketName(name);
      await client.send(deleteBucketRequest(url, name), readDone, { place: { bucket: name } });
    },

    bucket(name) {
      checkBucketName(name);
      return s3Store(client, name);
    },

    async presign(bucket, key, { method, expiresInSeconds }: PresignOptions) {
      checkBucketName(bucket);
      checkKey(key);
      if (expiresInSeconds > longestLinkSeconds || expiresInSeconds < 1) throw badExpiry();
      const keys = await options.credentials();
      const signing = { keys, region, at: options.http.now(), crypto: options.crypto };
      return presignUrl(method, objectUrl(url, bucket, key), expiresInSeconds, signing);
    },
  };
}

/** RGW answers 200 for a bucket that is one's own already, Swift and AWS a 409. */
async function readCreated(response: HttpResponse): Promise<void> {
  await readDone(response).catch((error: unknown) => {
    if (!(error instanceof S3Error && error.code === "BucketAlreadyOwnedByYou")) throw error;
  });
}

function badExpiry(): Failure {
  return new Failure("BAD_EXPIRY", "usage", "a link can work for at least one second and at most 7 days", {
    cure: ["Choose a shorter time: --expires 7d"],
  });
}
