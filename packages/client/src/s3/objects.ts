import { type Checksum, hexOfBase64 } from "../crypto.ts";
import type { HttpRequest, HttpResponse, RequestBody } from "../http.ts";
import { decodeWords } from "./encoded-words.ts";
import { badAnswer, readS3Error } from "./errors.ts";
import { objectUrl } from "./urls.ts";

/** Where an object is. */
export interface ObjectAddress {
  readonly endpoint: string;
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectHead {
  /** Of the whole object, also when a part of it was asked for. */
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType?: string;
  /** Lower-case names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the whole object; left out where the server tells none. */
  readonly checksum?: Checksum;
  /** See {@link compositeCrc32}. */
  readonly partsCrc32?: string;
}

export interface NewObject {
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Only when there is no such key yet. Swift's s3api answers NotImplemented. */
  readonly ifNoneMatch?: "*" | undefined;
}

/** Read the answer with {@link readObjectHead}. */
export function headObjectRequest({ endpoint, bucket, key }: ObjectAddress): HttpRequest {
  return { method: "HEAD", url: objectUrl(endpoint, bucket, key), headers: { "x-amz-checksum-mode": "ENABLED" } };
}

export interface ReadOptions {
  /** First and last byte, both included. */
  readonly range?: { readonly start: number; readonly end?: number } | undefined;
  readonly ifMatch?: string | undefined;
  /** See {@link HttpRequest.borrowsBody}. */
  readonly borrows?: boolean | undefined;
}

/**
 * Read the answer with {@link readObjectHead}; its body holds the bytes. Servers that keep a CRC tell it with the whole
 * object, those that keep none ignore the wish.
 */
export function getObjectRequest({ endpoint, bucket, key }: ObjectAddress, options: ReadOptions = {}): HttpRequest {
  const headers: Record<string, string> = {};
  if (options.range !== undefined) headers["range"] = `bytes=${options.range.start}-${options.range.end ?? ""}`;
  else headers["x-amz-checksum-mode"] = "ENABLED";
  if (options.ifMatch !== undefined) headers["if-match"] = `"${options.ifMatch}"`;
  const url = objectUrl(endpoint, bucket, key);
  return { method: "GET", url, headers, borrowsBody: options.borrows === true };
}

/** Reads the answer to a HEAD or GET of an object. */
export async function readObjectHead(response: HttpResponse): Promise<ObjectHead> {
  const { status, headers } = response;
  if (status !== 200 && status !== 206) throw await readS3Error(response);
  const whole = status === 206 ? headers["content-range"]?.split("/")[1] : headers["content-length"];
  const etag = etagOf(response);
  if (whole === undefined || etag === undefined) throw badAnswer("a length or an ETag", response);
  const contentType = headers["content-type"];
  return {
    bytes: Number(whole),
    etag,
    modifiedAt: new Date(headers["last-modified"] ?? headers["date"] ?? ""),
    ...(contentType === undefined ? {} : { contentType }),
    metadata: metadataOf(headers),
    ...checksumOf(etag, headers),
  };
}

/** In base64. The server refuses bytes that have other ones, and stores nothing; old servers do not know the CRC. */
export interface SentChecksums {
  readonly md5?: string | undefined;
  readonly crc32?: string | undefined;
}

export function putObjectRequest(
  { endpoint, bucket, key }: ObjectAddress,
  body: RequestBody,
  sent: SentChecksums,
  options: NewObject = {},
): HttpRequest {
  const headers = { ...newObjectHeaders(options), ...checksumHeaders(sent) };
  return { method: "PUT", url: objectUrl(endpoint, bucket, key), headers, body };
}

export function checksumHeaders({ md5, crc32 }: SentChecksums): Record<string, string> {
  return {
    ...(md5 === undefined ? {} : { "content-md5": md5 }),
    ...(crc32 === undefined ? {} : { "x-amz-checksum-crc32": crc32 }),
  };
}

export interface Stored {
  /** Without quotes. */
  readonly etag: string;
  readonly etagIsMd5: boolean;
  /** In base64: the server compared it and keeps it. Left out by those that do not know it. */
  readonly crc32?: string | undefined;
  readonly at: Date;
}

/** Reads the answer to a PUT of an object or part. */
export async function readStored(response: HttpResponse): Promise<Stored> {
  if (response.status !== 200) throw await readS3Error(response);
  const etag = etagOf(response);
  if (etag === undefined) throw badAnswer("an ETag", response);
  const { headers } = response;
  const crc32 = headers["x-amz-checksum-crc32"];
  return { etag, etagIsMd5: isMd5(etag, headers), crc32, at: new Date(headers["date"] ?? "") };
}

export function deleteObjectRequest({ endpoint, bucket, key }: ObjectAddress): HttpRequest {
  return { method: "DELETE", url: objectUrl(endpoint, bucket, key), headers: {} };
}

export function newObjectHeaders({ contentType, metadata = {}, ifNoneMatch }: NewObject): Record<string, string> {
  const headers: Record<string, string> = {};
  if (contentType !== undefined) headers["content-type"] = contentType;
  if (ifNoneMatch !== undefined) headers["if-none-match"] = ifNoneMatch;
  for (const [name, value] of Object.entries(metadata)) headers[`x-amz-meta-${name.toLowerCase()}`] = value;
  return headers;
}

function etagOf(response: HttpResponse): string | undefined {
  return response.headers["etag"]?.replaceAll('"', "");
}

/**
 * Objects that Swift puts together from segments, and objects encrypted with keys of a key service, have an ETag that
 * looks like an MD5 and is not that of their bytes.
 *
 * @see ceph src/rgw/rgw_rest_s3.cc, RGWGetObj_ObjStore_S3::send_response_data (RGW_ATTR_SLO_UINDICATOR)
 */
function isMd5(etag: string, headers: HttpResponse["headers"]): boolean {
  const isComposed =
    "x-static-large-object" in headers ||
    "x-object-meta-static-large-object" in headers ||
    "x-object-manifest" in headers;
  const isEncrypted = headers["x-amz-server-side-encryption"]?.startsWith("aws:kms") === true;
  return /^[0-9a-f]{32}$/.test(etag) && !isComposed && !isEncrypted;
}

/** The CRC where the server keeps one of the whole object; one of those of its parts has their number behind it. */
function checksumOf(etag: string, headers: HttpResponse["headers"]): Pick<ObjectHead, "checksum" | "partsCrc32"> {
  const crc32 = headers["x-amz-checksum-crc32"] ?? "";
  if (/^[\w+/]{6}==$/.test(crc32) && headers["x-amz-checksum-type"] !== "COMPOSITE")
    return { checksum: { algorithm: "crc32", value: hexOfBase64(crc32) } };
  return {
    ...(isMd5(etag, headers) ? { checksum: { algorithm: "md5", value: etag } } : {}),
    ...(/^[\w+/]{6}==-\d+$/.test(crc32) ? { partsCrc32: crc32 } : {}),
  };
}

function metadataOf(headers: HttpResponse["headers"]): Record<string, string> {
  const prefix = "x-amz-meta-";
  const metadata: Record<string, string> = {};
  for (const name in headers)
    if (name.startsWith(prefix)) metadata[name.slice(prefix.length)] = decodeWords(headers[name] ?? "");
  return metadata;
}
