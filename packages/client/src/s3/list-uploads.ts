import type { HttpRequest, HttpResponse } from "../http.ts";
import { readDocument } from "./errors.ts";
import { decodeName } from "./encoded-names.ts";
import type { Upload } from "./multipart.ts";
import { bucketUrl, objectUrl } from "./urls.ts";
import { childrenOf, childText } from "../xml.ts";

export interface UploadMarker {
  readonly key: string;
  readonly uploadId: string;
}

export interface ListedUpload extends UploadMarker {
  readonly startedAt: Date;
}

export interface UploadPage {
  readonly uploads: readonly ListedUpload[];
  /** Absent on the last page. */
  readonly next?: UploadMarker;
}

/** ListMultipartUploads: those that were neither completed nor aborted, 1,000 a page. */
export function listUploadsRequest(
  endpoint: string,
  bucket: string,
  options: { readonly prefix?: string | undefined; readonly after?: UploadMarker | undefined } = {},
): HttpRequest {
  const url = bucketUrl(endpoint, bucket, {
    uploads: "",
    "encoding-type": "url",
    prefix: options.prefix || undefined,
    "key-marker": options.after?.key,
    "upload-id-marker": options.after?.uploadId,
  });
  return { method: "GET", url, headers: {} };
}

export async function readUploads(response: HttpResponse): Promise<UploadPage> {
  const result = await readDocument(response, "ListMultipartUploadsResult", "the list of uploads");
  const decode = childText(result, "EncodingType") === "url" ? decodeName : (name: string): string => name;
  const uploads = childrenOf(result, "Upload").map((entry) => ({
    key: decode(childText(entry, "Key") ?? ""),
    uploadId: childText(entry, "UploadId") ?? "",
    startedAt: new Date(childText(entry, "Initiated") ?? ""),
  }));
  const last = uploads.at(-1);
  return { uploads, ...(childText(result, "IsTruncated") === "true" && last !== undefined ? { next: last } : {}) };
}

export interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly bytes: number;
}

export interface PartPage {
  readonly parts: readonly ListedPart[];
  /** Number of the last part of this page; absent on the last. */
  readonly next?: number;
}

/** ListParts: what arrived of an upload, 1,000 a page. */
export function listPartsRequest(upload: Upload, after?: number): HttpRequest {
  const query = {
    uploadId: upload.uploadId,
    "part-number-marker": after === undefined ? undefined : String(after),
  };
  return { method: "GET", url: objectUrl(upload.endpoint, upload.bucket, upload.key, query), headers: {} };
}

export async function readParts(response: HttpResponse): Promise<PartPage> {
  const result = await readDocument(response, "ListPartsResult", "the list of parts");
  const parts = childrenOf(result, "Part").map((entry) => ({
    partNumber: Number(childText(entry, "PartNumber")),
    etag: (childText(entry, "ETag") ?? "").replaceAll('"', ""),
    bytes: Number(childText(entry, "Size") ?? 0),
  }));
  const last = parts.at(-1)?.partNumber;
  return { parts, ...(childText(result, "IsTruncated") === "true" && last !== undefined ? { next: last } : {}) };
}
