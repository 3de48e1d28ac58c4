import type { Checksum } from "../crypto.ts";
import type { HttpRequest, HttpResponse, RequestBody } from "../http.ts";
import type { Secret } from "../secret.ts";
import type { SwiftAccess } from "./account.ts";
import { badAnswer, readSwiftError } from "./errors.ts";
import { objectUrl, quoted } from "./urls.ts";

/** Largest object that is stored without segments: 5 GiB at every site seen. */
export const maxObjectBytes: number = 5 * 1024 ** 3;

export interface ObjectName {
  readonly container: string;
  readonly object: string;
}

export interface ObjectHead {
  /** Of the whole object, also when a part of it was asked for. */
  readonly bytes: number;
  /** Without quotes where it is the MD5 of the bytes; quoted where the object is in segments, and it is not. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType?: string;
  /** Lower-case names without `x-object-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The ETag, where that is the MD5 of the bytes; not so for objects put together from segments. */
  readonly checksum?: Checksum;
}

export interface NewObject {
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface ReadOptions {
  /** First and last byte, both included. */
  readonly range?: { readonly start: number; readonly end?: number } | undefined;
  readonly ifMatch?: string | undefined;
  /** See {@link HttpRequest.borrowsBody}. */
  readonly borrows?: boolean | undefined;
}

export function headObjectRequest(access: SwiftAccess, name: ObjectName): HttpRequest {
  return { method: "HEAD", url: urlOf(access, name), headers: { "x-auth-token": access.token } };
}

/** Read the answer with {@link readObjectHead}; its body holds the bytes. */
export function getObjectRequest(access: SwiftAccess, name: ObjectName, options: ReadOptions = {}): HttpRequest {
  const headers: Record<string, string | Secret> = { "x-auth-token": access.token };
  if (options.range !== undefined) headers["range"] = `bytes=${options.range.start}-${options.range.end ?? ""}`;
  if (options.ifMatch !== undefined) headers["if-match"] = quoted(options.ifMatch);
  return { method: "GET", url: urlOf(access, name), headers, borrowsBody: options.borrows === true };
}

/** Reads the answer to a HEAD or GET of an object. */
export async function readObjectHead(response: HttpResponse): Promise<ObjectHead> {
  const { status, headers } = response;
  if (status !== 200 && status !== 206) throw await readSwiftError(response);
  const whole = status === 206 ? headers["content-range"]?.split("/")[1] : headers["content-length"];
  const etag = headers["etag"]?.replaceAll('"', "");
  if (whole === undefined || etag === undefined) throw badAnswer("a length or an ETag", response);
  const contentType = headers["content-type"];
  const isComposed = "x-static-large-object" in headers || "x-object-manifest" in headers;
  const isMd5 = /^[0-9a-f]{32}$/.test(etag) && !isComposed;
  return {
    bytes: Number(whole),
    etag: isComposed ? quoted(etag) : etag,
    modifiedAt: new Date(headers["last-modified"] ?? headers["date"] ?? ""),
    ...(contentType === undefined ? {} : { contentType }),
    metadata: metadataOf(headers),
    ...(isMd5 ? { checksum: { algorithm: "md5", value: etag } } : {}),
  };
}

/** @param md5 In hex. The server refuses bytes that have another one (422), and stores nothing. */
export function putObjectRequest(
  access: SwiftAccess,
  name: ObjectName,
  body: RequestBody,
  md5: string,
  options: NewObject = {},
): HttpRequest {
  return { method: "PUT", url: urlOf(access, name), headers: { ...newHeaders(access, options), etag: md5 }, body };
}

/** Bytes of unknown length; their MD5 can be compared only afterwards, with what {@link readStored} tells. */
export function putStreamRequest(
  access: SwiftAccess,
  name: ObjectName,
  stream: AsyncIterable<Uint8Array>,
  options: NewObject = {},
): HttpRequest {
  return { method: "PUT", url: urlOf(access, name), headers: newHeaders(access, options), stream };
}

export interface Stored {
  /** Without quotes. */
  readonly etag: string;
  readonly at: Date;
}

export async function readStored(response: HttpResponse): Promise<Stored> {
  const { status, headers } = response;
  if (status !== 201) throw await readSwiftError(response);
  const etag = headers["etag"]?.replaceAll('"', "");
  if (etag === undefined) throw badAnswer("an ETag", response);
  return { etag, at: new Date(headers["last-modified"] ?? headers["date"] ?? "") };
}

export function deleteObjectRequest(access: SwiftAccess, name: ObjectName): HttpRequest {
  return { method: "DELETE", url: urlOf(access, name), headers: { "x-auth-token": access.token } };
}

function urlOf({ storageUrl }: SwiftAccess, { container, object }: ObjectName): string {
  return objectUrl(storageUrl, container, object);
}

export function newHeaders(
  { token }: SwiftAccess,
  { contentType, metadata = {} }: NewObject,
): Record<string, string | Secret> {
  const headers: Record<string, string | Secret> = { "x-auth-token": token };
  if (contentType !== undefined) headers["content-type"] = contentType;
  for (const [name, value] of Object.entries(metadata)) headers[`x-object-meta-${name.toLowerCase()}`] = value;
  return headers;
}

function metadataOf(headers: HttpResponse["headers"]): Record<string, string> {
  const prefix = "x-object-meta-";
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith(prefix) && value !== undefined) metadata[name.slice(prefix.length)] = value;
  return metadata;
}
