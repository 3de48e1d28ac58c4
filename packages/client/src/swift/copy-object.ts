import type { HttpRequest } from "../http.ts";
import type { SwiftAccess } from "./account.ts";
import type { ObjectName } from "./objects.ts";
import { objectPath, objectUrl, quoted } from "./urls.ts";

/** What is copied, and of which version. */
export interface CopySource extends ObjectName {
  /** The copy fails with 412 when the source has another ETag by now. */
  readonly etag: string;
}

/**
 * Copies within the account, up to 5 GiB; content type and metadata come along. Of an object in segments Swift copies the
 * bytes, RGW the manifest. Read the answer with `readStored`.
 *
 * @see swift/common/middleware/copy.py, which reads the source under `If-Match`; ceph src/rgw/rgw_rest_swift.cc,
 * RGWCopyObj_ObjStore_SWIFT::get_params, which asks for `Copy-If-Match`
 */
export function copyObjectRequest(
  { storageUrl, token }: SwiftAccess,
  { container, object }: ObjectName,
  source: CopySource,
): HttpRequest {
  const ifMatch = quoted(source.etag);
  return {
    method: "PUT",
    url: objectUrl(storageUrl, container, object),
    headers: {
      "x-auth-token": token,
      "x-copy-from": objectPath(source.container, source.object),
      "if-match": ifMatch,
      "copy-if-match": ifMatch,
    },
  };
}
