import { readText, textBody } from "../body.ts";
import type { HttpRequest, HttpResponse, RequestBody } from "../http.ts";
import { badAnswer, checkNoPage, errorIn, readS3Error } from "./errors.ts";
import {
  checksumHeaders,
  newObjectHeaders,
  type NewObject,
  type ObjectAddress,
  type SentChecksums,
} from "./objects.ts";
import { objectUrl } from "./urls.ts";
import { childText, escapeXml, parseXml } from "../xml.ts";

/** An upload under way. */
export interface Upload extends ObjectAddress {
  readonly uploadId: string;
}

export interface UploadedPart {
  /** From 1 to 10,000. */
  readonly partNumber: number;
  readonly etag: string;
  /** In base64; of all parts where the upload is one with CRC32s. */
  readonly crc32?: string | undefined;
}

/** @param wantsCrc Whether parts shall have CRC32s: servers that know them say so in their answer, others go without. */
export function createUploadRequest(
  { endpoint, bucket, key }: ObjectAddress,
  options: NewObject = {},
  wantsCrc = false,
): HttpRequest {
  const headers = newObjectHeaders({ ...options, ifNoneMatch: undefined });
  if (wantsCrc) headers["x-amz-checksum-algorithm"] = "CRC32";
  // Sent twice it leaves an empty upload behind, which is better than no upload at all.
  return { method: "POST", url: objectUrl(endpoint, bucket, key, { uploads: "" }), headers, idempotent: true };
}

export interface CreatedUpload {
  readonly uploadId: string;
  readonly hasCrc: boolean;
}

export async function readCreatedUpload(response: HttpResponse): Promise<CreatedUpload> {
  if (response.status !== 200) throw await readS3Error(response);
  const document = parseXml(await readText(response));
  const uploadId = childText(document, "UploadId");
  if (uploadId === undefined) throw badAnswer("an upload id", response);
  return { uploadId, hasCrc: response.headers["x-amz-checksum-algorithm"] === "CRC32" };
}

/** Every part but the last has at least 5 MiB. Read the answer with `readStored`. */
export function uploadPartRequest(
  upload: Upload,
  partNumber: number,
  body: RequestBody,
  sent: SentChecksums,
): HttpRequest {
  const query = { partNumber: String(partNumber), uploadId: upload.uploadId };
  const url = objectUrl(upload.endpoint, upload.bucket, upload.key, query);
  return { method: "PUT", url, headers: checksumHeaders(sent), body };
}

/** The document that {@link completeUploadRequest} sends; its hash is part of the signature. */
export function completionDocument(parts: readonly UploadedPart[]): string {
  const listed = parts.map(({ partNumber, etag, crc32 }) => {
    const checksum = crc32 === undefined ? "" : `<ChecksumCRC32>${escapeXml(crc32)}</ChecksumCRC32>`;
    return `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${escapeXml(etag)}"</ETag>${checksum}</Part>`;
  });
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join("")}</CompleteMultipartUpload>`;
}

export function completeUploadRequest(upload: Upload, document: string, options: NewObject = {}): HttpRequest {
  const url = objectUrl(upload.endpoint, upload.bucket, upload.key, { uploadId: upload.uploadId });
  const headers = newObjectHeaders({ ifNoneMatch: options.ifNoneMatch });
  return { method: "POST", url, headers: { ...headers, "content-type": "application/xml" }, body: textBody(document) };
}

/** The object's ETag; undefined where the server leaves it out, as RGW 16 does. */
export async function readCompletion(response: HttpResponse): Promise<string | undefined> {
  if (response.status !== 200) throw await readS3Error(response);
  const text = await readText(response);
  const document = parseXml(text);
  const error = errorIn(document, response);
  if (error !== undefined) throw error;
  checkNoPage(text, response);
  return childText(document, "ETag")?.replaceAll('"', "");
}

export function abortUploadRequest(upload: Upload): HttpRequest {
  const url = objectUrl(upload.endpoint, upload.bucket, upload.key, { uploadId: upload.uploadId });
  return { method: "DELETE", url, headers: {} };
}
