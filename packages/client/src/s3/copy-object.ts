import { readText } from "../body.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { badAnswer, errorIn, readS3Error } from "./errors.ts";
import type { Upload } from "./multipart.ts";
import type { ObjectAddress } from "./objects.ts";
import { objectUrl, percentEncode } from "./urls.ts";
import { childText, parseXml } from "../xml.ts";

/** What is copied, and of which version. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** The copy fails with PreconditionFailed when the source has another ETag by now. */
  readonly etag: string;
}

/** Copies within the server, up to 5 GiB. Content type and metadata come along. */
export function copyObjectRequest({ endpoint, bucket, key }: ObjectAddress, source: CopySource): HttpRequest {
  return { method: "PUT", url: objectUrl(endpoint, bucket, key), headers: sourceHeaders(source) };
}

/** @param range First and last byte, both included. */
export function copyPartRequest(
  upload: Upload,
  partNumber: number,
  source: CopySource,
  range: { readonly start: number; readonly end: number },
): HttpRequest {
  const query = { partNumber: String(partNumber), uploadId: upload.uploadId };
  const url = objectUrl(upload.endpoint, upload.bucket, upload.key, query);
  const headers = { ...sourceHeaders(source), "x-amz-copy-source-range": `bytes=${range.start}-${range.end}` };
  return { method: "PUT", url, headers };
}

/** The ETag of what was made. A copy may fail with status 200. */
export async function readCopied(response: HttpResponse): Promise<string> {
  if (response.status !== 200) throw await readS3Error(response);
  const document = parseXml(await readText(response));
  const error = errorIn(document, response);
  if (error !== undefined) throw error;
  const etag = childText(document, "ETag")?.replaceAll('"', "");
  if (etag === undefined) throw badAnswer("an ETag", response);
  return etag;
}

/** The condition by the name that RGW knows it by, too. @see ceph src/rgw/rgw_rest_s3.cc, RGWCopyObj_ObjStore_S3::get_params */
function sourceHeaders({ bucket, key, etag }: CopySource): Record<string, string> {
  const path = [bucket, ...key.split("/")].map(percentEncode).join("/");
  const condition = `"${etag}"`;
  return {
    "x-amz-copy-source": `/${path}`,
    "x-amz-copy-source-if-match": condition,
    "x-amz-copy-if-match": condition,
  };
}
