import type { StoreErrorCode } from "../packages/client/src/store/error.ts";

/** What stores say of objects and buckets. */
const storeSays: Readonly<Record<Exclude<StoreErrorCode, "STORE_BUSY">, string>> = {
  STORE_NOT_FOUND:
    "no object of that name; names differ by case, and a prefix is none: `fedbucket ls --recursive s3://BUCKET`",
  STORE_NO_BUCKET: "no bucket of that name in this project: `fedbucket ls`, or `fedbucket mb s3://BUCKET`",
  STORE_DENIED: "your keys may not do this there; what they may: `fedbucket doctor --bucket NAME`",
  STORE_UNAUTHENTICATED: "the store no longer takes these credentials, and no others could be had: `fedbucket doctor`",
  STORE_EXISTS: "the name is taken; bucket names may be taken by other projects, too",
  STORE_CHANGED: "somebody wrote the object while it was read, so that two versions would mix: run the command again",
  STORE_NOT_EMPTY: "a bucket is removed when it is empty: `fedbucket rm --recursive s3://BUCKET`",
  STORE_BAD_NAME:
    "the store does not take this name; buckets have 3 to 63 of a-z, 0-9, dots and hyphens, keys up to 1024 bytes",
  STORE_QUOTA:
    "a quota, or the store, is full, or the object is larger than it takes: `fedbucket du`, `fedbucket uploads list`, or ask the site for more",
  STORE_CORRUPT:
    "bytes changed on the way, and a second and third attempt met the same; nothing was kept. A proxy, or a broken disk or memory: `fedbucket verify SRC DST`",
  STORE_NOT_S3: "what answers there is not S3: `fedbucket doctor`",
  STORE_FAILED: "anything else, in the store's own words; the request id helps the site's support",
};

/** What copies come to themselves. */
const copiesSay: readonly (readonly [codes: string, means: string])[] = [
  [
    "PARTIAL",
    "some failed, each with its reason (exit code 23): the same command again, or `--from-file` as it is printed",
  ],
  ["SOURCE_CHANGED", "it changes while it is copied, or moved: run the command again when it is complete"],
  ["SOURCE_NOT_FOUND, FILE_NOT_FOUND", "what was named is not there (any more)"],
  ["SOURCE_EMPTY", "`--delete` would remove everything; where that is meant, `fedbucket rm --recursive`"],
  ["DIFFERENT", "`verify` found differences, which it lists: `fedbucket sync SRC DST --checksum`"],
  ["ZARR_INCOMPLETE", "chunks are missing, empty or of no array; each is named"],
  [
    "OTHER_NAME_THERE",
    "this disk takes the name for that of another file, which is left as it is: name the file to write",
  ],
];

export const dataFailures: readonly (readonly [codes: string, means: string])[] = [
  ...Object.entries(storeSays),
  ...copiesSay,
];
