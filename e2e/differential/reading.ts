import type { Request } from "./request.ts";

const object = "/{bucket}/a/one.txt";
/** Of "hello". */
const etag = '"5d41402abc4b2a76b9719d911017c592"';

/** An object of five bytes, read by either protocol. */
export const reading: readonly Request[] = [
  { step: "head object", method: "HEAD", path: object },
  { step: "head missing object", method: "HEAD", path: "/{bucket}/none" },
  { step: "get object", method: "GET", path: object },
  { step: "get missing object", method: "GET", path: "/{bucket}/none" },
  { step: "get range", method: "GET", path: object, headers: { range: "bytes=1-3" } },
  { step: "get suffix range", method: "GET", path: object, headers: { range: "bytes=-2" } },
  { step: "get range past the end", method: "GET", path: object, headers: { range: "bytes=10-" } },
  { step: "get if match, another", method: "GET", path: object, headers: { "if-match": '"other"' } },
  { step: "get if none match, same", method: "GET", path: object, headers: { "if-none-match": etag } },
];
