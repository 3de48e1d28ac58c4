import type { ServiceRequest } from "../http/service.ts";
import type { ObjectHeaders, ObjectRecord } from "../storage/storage.ts";
import { S3Error } from "./errors.ts";
import { readTagQuery } from "./tags.ts";

const META = "x-amz-meta-";

/** Kept with an object and given back; the spelling is RGW's. */
const SYSTEM: Readonly<Record<string, string>> = {
  "cache-control": "Cache-Control",
  "content-disposition": "Content-Disposition",
  "content-encoding": "Content-Encoding",
  "content-language": "Content-Language",
  expires: "Expires",
};

/** Query parameters by which a GET chooses headers of its answer. */
const OVERRIDES: Readonly<Record<string, string>> = {
  "response-cache-control": "Cache-Control",
  "response-content-disposition": "Content-Disposition",
  "response-content-encoding": "Content-Encoding",
  "response-content-language": "Content-Language",
  "response-content-type": "Content-Type",
  "response-expires": "Expires",
};

/** What an upload says of its object. */
export function readObjectHeaders(headers: ServiceRequest["headers"]): ObjectHeaders {
  const system: Record<string, string> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (name.startsWith(META)) metadata[name.slice(META.length)] = value;
    else if (name === "content-encoding") Object.assign(system, withoutFraming(value));
    else if (Object.hasOwn(SYSTEM, name)) system[name] = value;
  }
  const contentType = headers["content-type"];
  return { ...(contentType === undefined ? {} : { contentType }), system, metadata };
}

/** `aws-chunked` is how the body travels and no property of the object. */
function withoutFraming(value: string): Readonly<Record<string, string>> {
  const codings = value.split(",").map((coding) => coding.trim());
  const kept = codings.filter((coding) => coding !== "aws-chunked" && coding !== "");
  return kept.length === 0 ? {} : { "content-encoding": kept.join(",") };
}

/** The headers of an object in an answer to GET or HEAD, in RGW's order. */
export function writeObjectHeaders(object: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Length": String(object.bytes),
    "Accept-Ranges": "bytes",
    "Last-Modified": object.modifiedAt.toUTCString(),
    "x-rgw-object-type": "Normal",
    ETag: `"${object.etag}"`,
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[META + name] = value;
  for (const [name, value] of Object.entries(object.system)) headers[SYSTEM[name] ?? name] = value;
  // Its ETag is no MD5 of its bytes. @see ceph src/rgw/rgw_rest_s3.cc, RGW_ATTR_SLO_UINDICATOR
  if (object.traits?.whole !== undefined) headers["X-Object-Meta-Static-Large-Object"] = "True";
  const tags = object.traits?.tags === undefined ? 0 : readTagQuery(object.traits.tags).length;
  if (tags > 0) headers["x-amz-tagging-count"] = String(tags);
  headers["Content-Type"] = object.contentType ?? "binary/octet-stream";
  return headers;
}

/** Headers that the request chose for its answer. */
export function responseOverrides(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of query) {
    const header = OVERRIDES[name];
    if (header === undefined) continue;
    headers[header] = headerValue(value);
  }
  return headers;
}

/** Text as the bytes of a header; Node writes header strings as latin1. */
function headerValue(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  if (/\p{Cc}/u.test(text)) throw new S3Error("InvalidArgument", "A response header is not valid.");
  return bytes;
}
