import type { ServiceRequest } from "../http/service.ts";
import type { ObjectRecord, Precondition } from "../storage/storage.ts";
import { wholeSeconds } from "./dates.ts";

type Headers = ServiceRequest["headers"];

/** The outcome of a conditional read. */
export type Verdict = "go" | "not-modified" | "failed";

/**
 * Judges the four conditions of a read; `prefix` is `x-amz-copy-source-` for the source of a copy.
 * @see RFC 9110 section 13.2.2
 */
export function judgeRead(headers: Headers, object: ObjectRecord, prefix: string = ""): Verdict {
  const { ifMatch, ifNoneMatch } = readPrecondition(headers, prefix);
  const modified = wholeSeconds(object.modifiedAt);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) return "failed";
  } else if (modified > seconds(headers[`${prefix}if-unmodified-since`], Infinity)) return "failed";
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag) ? "not-modified" : "go";
  return modified <= seconds(headers[`${prefix}if-modified-since`], -Infinity) ? "not-modified" : "go";
}

/** `If-Match` and `If-None-Match` for the storage to judge. */
export function readPrecondition(headers: Headers, prefix: string = ""): Precondition {
  const [ifMatch, ifNoneMatch] = [headers[`${prefix}if-match`], headers[`${prefix}if-none-match`]];
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: etags(ifMatch) }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: etags(ifNoneMatch) }),
  };
}

function etags(header: string): "*" | readonly string[] {
  if (header.trim() === "*") return "*";
  return header.split(",").map(bareEtag);
}

/** An ETag without quotes and weakness; clients send it either way. */
export function bareEtag(text: string): string {
  return text.trim().replace(/^W\//, "").replaceAll('"', "");
}

function matches(wanted: "*" | readonly string[], etag: string): boolean {
  return wanted === "*" || wanted.includes(etag);
}

/** An HTTP date in seconds; one that is absent or invalid does not count. */
function seconds(header: string | undefined, otherwise: number): number {
  const time = Date.parse(header ?? "");
  return Number.isNaN(time) ? otherwise : time / 1000;
}
