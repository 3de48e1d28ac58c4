import type { ServiceResponse } from "../http/service.ts";
import { maxSegments } from "./manifests.ts";
import { maxObjectBytes } from "./objects.ts";
import { maxContainerNameBytes, maxObjectNameBytes } from "./target.ts";

/** The RGW whose behaviour this is. */
const version = "16.2.15";

/** What clients may use, for everybody to see. Features that are missing here are not named, so that clients do without. */
export function infoResponse(): ServiceResponse {
  const body = JSON.stringify({
    bulk_delete: {},
    swift: {
      max_file_size: maxObjectBytes,
      container_listing_limit: 10_000,
      version,
      policies: [{ default: true, name: "default-placement" }],
      max_object_name_size: maxObjectNameBytes,
      strict_cors_mode: true,
      max_container_name_length: maxContainerNameBytes,
    },
    tempurl: { methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
    slo: { max_manifest_segments: maxSegments },
  });
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
  };
  return { status: 200, headers, body };
}
