import type { HttpRequest, HttpResponse } from "../http.ts";
import { badAnswer, readDocument } from "./errors.ts";
import { bucketUrl } from "./urls.ts";
import { childrenOf, childText, type XmlElement } from "../xml.ts";

export interface ListObjectsOptions {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly startAfter?: string | undefined;
  /** From the page before; with it `startAfter` is ignored. */
  readonly continuationToken?: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface ListPage {
  /** In UTF-8 order of the key, as are the prefixes. */
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  /** Absent on the last page. */
  readonly continuationToken?: string;
}

/**
 * ListObjectsV2, 1,000 entries a page. Names come URL-encoded, since XML cannot hold every character.
 *
 * @see Amazon S3 API, "ListObjectsV2"
 */
export function listObjectsRequest(endpoint: string, bucket: string, options: ListObjectsOptions = {}): HttpRequest {
  const url = bucketUrl(endpoint, bucket, {
    "list-type": "2",
    "encoding-type": "url",
    "max-keys": "1000",
    prefix: options.prefix || undefined,
    delimiter: options.delimiter || undefined,
    "start-after": options.continuationToken === undefined ? options.startAfter : undefined,
    "continuation-token": options.continuationToken,
  });
  return { method: "GET", url, headers: {} };
}

export async function readListPage(response: HttpResponse): Promise<ListPage> {
  const listed: ListedObject[] = [];
  const result = await readDocument(response, "ListBucketResult", "the list of objects", (element) => {
    if (element.name !== "Contents") return false;
    listed.push(readObject(element));
    return true;
  });
  const decode = childText(result, "EncodingType") === "url" ? decodeName : (name: string): string => name;
  const token = childText(result, "NextContinuationToken");
  const isLast = childText(result, "IsTruncated") !== "true";
  if (!isLast && token === undefined) throw badAnswer("the way to the next page", response);
  return {
    // How names are encoded may be said behind them.
    objects: listed.map(({ key, bytes, etag, modifiedAt }) => ({ key: decode(key), bytes, etag, modifiedAt })),
    prefixes: childrenOf(result, "CommonPrefixes").map((entry) => decode(childText(entry, "Prefix") ?? "")),
    // RGW does not encode the token, AWS's needs no encoding.
    ...(isLast || token === undefined ? {} : { continuationToken: token }),
  };
}

function readObject(entry: XmlElement): ListedObject {
  return {
    key: childText(entry, "Key") ?? "",
    bytes: Number(childText(entry, "Size") ?? 0),
    etag: (childText(entry, "ETag") ?? "").replaceAll('"', ""),
    modifiedAt: new Date(childText(entry, "LastModified") ?? ""),
  };
}

/** AWS and MinIO write a space as `+`, RGW and Swift as `%20`; all write a plus as `%2B`. */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}
