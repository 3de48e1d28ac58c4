import type { ServiceRequest } from "../http/service.ts";
import type { ObjectRecord } from "../storage/storage.ts";
import { SwiftError } from "./errors.ts";
import { swiftTimestamp } from "./timestamp.ts";

/**
 * Throws when a GET or HEAD asked to be told nothing. An ETag condition outweighs the time condition it goes with
 * (RFC 9110, 13.1.3 and 13.1.4). On a PUT, RGW ignores conditions under Swift.
 */
export function checkConditions(headers: ServiceRequest["headers"], { etag, modifiedAt }: ObjectRecord): void {
  const validators = {
    etag,
    "Last-Modified": modifiedAt.toUTCString(),
    "X-Timestamp": swiftTimestamp(modifiedAt),
    "Accept-Ranges": "bytes",
  };
  const match = headers["if-match"];
  if (match === undefined ? isAfter(modifiedAt, headers["if-unmodified-since"]) : !names(match, etag)) {
    throw new SwiftError("PreconditionFailed");
  }
  const noneMatch = headers["if-none-match"];
  const since = headers["if-modified-since"];
  if (noneMatch === undefined ? isAfter(modifiedAt, since) === false : names(noneMatch, etag)) {
    throw new SwiftError("NotModified", { headers: validators });
  }
}

/** For the storage to judge. */
export function readEtags(list: string): "*" | readonly string[] {
  const tags = list.split(",").map((item) => item.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
  return tags.includes("*") ? "*" : tags;
}

function names(list: string, etag: string): boolean {
  const tags = readEtags(list);
  return tags === "*" || tags.includes(etag);
}

/** Undefined when `date` is missing or not a date. HTTP dates have whole seconds. */
function isAfter(time: Date, date: string | undefined): boolean | undefined {
  const limit = Date.parse(date ?? "");
  return Number.isNaN(limit) ? undefined : Math.floor(time.getTime() / 1000) > limit / 1000;
}
