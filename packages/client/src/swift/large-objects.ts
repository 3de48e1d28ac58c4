import { discard, type HttpRequest, type HttpResponse } from "../http.ts";
import type { SwiftAccess } from "./account.ts";
import { readRows, textIn } from "./listing.ts";
import { type NewObject, newHeaders, type ObjectName } from "./objects.ts";
import { objectUrl } from "./urls.ts";

/** The most segments of one object: what Swift and RGW allow by default, and `/info` tells as `max_manifest_segments`. */
export const maxSegments = 1000;

export interface Segment extends ObjectName {
  /** MD5 in hex. Swift compares it with that of the segment; RGW believes it. */
  readonly etag: string;
  readonly bytes: number;
}

/**
 * Makes one object of segments that are stored already. Read the answer with `readStored`: its ETag is the MD5 of the
 * segments' MD5s in hex.
 *
 * @see Object Storage API, "Static large objects"; swift/common/middleware/slo.py
 */
export function putManifestRequest(
  access: SwiftAccess,
  { container, object }: ObjectName,
  segments: readonly Segment[],
  options: NewObject = {},
): HttpRequest {
  const list = segments.map((segment) => ({
    path: `/${segment.container}/${segment.object}`,
    etag: segment.etag,
    size_bytes: segment.bytes,
  }));
  const document = new TextEncoder().encode(JSON.stringify(list));
  return {
    method: "PUT",
    url: `${objectUrl(access.storageUrl, container, object)}?multipart-manifest=put`,
    headers: newHeaders(access, options),
    body: {
      bytes: document.byteLength,
      async *open() {
        yield document;
      },
    },
  };
}

/** Read the answer with {@link readSegmentNames}. */
export function getManifestRequest({ storageUrl, token }: SwiftAccess, { container, object }: ObjectName): HttpRequest {
  const url = `${objectUrl(storageUrl, container, object)}?multipart-manifest=get`;
  return { method: "GET", url, headers: { "x-auth-token": token } };
}

/** `/container/object` of each segment. An object that is not in segments has none: what comes are its own bytes. */
export async function readSegmentNames(response: HttpResponse): Promise<readonly string[]> {
  if (response.status === 200 && response.headers["x-static-large-object"] === undefined) {
    await discard(response.body);
    return [];
  }
  return (await readRows(response)).map((row) => textIn(row, "name") ?? "");
}
