import { base64 } from "../crypto.ts";
import { copyObjectRequest, readCopied } from "../s3/copy-object.ts";
import { deleteObjectsRequest, deletionDocument, readNotDeleted } from "../s3/delete-objects.ts";
import { S3Error } from "../s3/errors.ts";
import { StoreError } from "./error.ts";
import { checkKey } from "./names.ts";
import type { S3Client } from "./s3-client.ts";
import { s3StoreError } from "./s3-errors.ts";
import type { Store } from "./store.ts";

/** What S3 can do besides the basics. */
export function s3Extras(client: S3Client, bucket: string): Required<Pick<Store, "removeMany" | "copy">> {
  const endpoint = client.endpoint.url;
  const { crypto } = client;

  return {
    async removeMany(keys, { signal } = {}) {
      if (keys.length === 0) return [];
      keys.forEach(checkKey);
      const document = deletionDocument(keys);
      const md5 = crypto.md5();
      md5.update(new TextEncoder().encode(document));
      const request = deleteObjectsRequest(endpoint, bucket, document, base64(md5.digest()));
      const payload = crypto.sha256(document);
      const left = await client.send(request, readNotDeleted, { place: { bucket }, signal, payload });
      return left.map(({ key, code, message }) => {
        const error = s3StoreError(new S3Error(code, 200, message), { bucket, key });
        return { key, error: error instanceof StoreError ? error : new StoreError("STORE_FAILED", message) };
      });
    },

    async copy(source, key, { signal } = {}) {
      const place = { endpoint, bucket, key };
      checkKey(key);
      const etag = await client.send(copyObjectRequest(place, source), readCopied, { place, signal });
      return { etag };
    },
  };
}
