import type { HttpRequest, HttpResponse } from "../http.ts";
import type { SwiftAccess } from "./account.ts";
import { nextMarker, numberIn, pageLimit, readRows, textIn } from "./listing.ts";
import { containerUrl, quoted } from "./urls.ts";

export type Listed =
  | {
      readonly kind: "object";
      readonly key: string;
      readonly bytes: number;
      readonly etag: string;
      /** Since 1970. */
      readonly modifiedMs: number;
      readonly contentType?: string;
    }
  | { readonly kind: "subdir"; readonly key: string };

export interface ListObjectsOptions {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  /** Only names that sort after it. */
  readonly marker?: string | undefined;
  /** Names that sort after it are not needed; some may come. */
  readonly lastName?: string | undefined;
  /** Rows at most. Default: as many as Swift gives. */
  readonly limit?: number | undefined;
}

/** PUT of a container that is one's own already answers 202. */
export function createContainerRequest({ storageUrl, token }: SwiftAccess, container: string): HttpRequest {
  return { method: "PUT", url: containerUrl(storageUrl, container), headers: { "x-auth-token": token } };
}

export function deleteContainerRequest({ storageUrl, token }: SwiftAccess, container: string): HttpRequest {
  return { method: "DELETE", url: containerUrl(storageUrl, container), headers: { "x-auth-token": token } };
}

export function headContainerRequest({ storageUrl, token }: SwiftAccess, container: string): HttpRequest {
  return { method: "HEAD", url: containerUrl(storageUrl, container), headers: { "x-auth-token": token } };
}

export function listObjectsRequest(access: SwiftAccess, container: string, options: ListObjectsOptions): HttpRequest {
  const url = containerUrl(access.storageUrl, container, {
    format: "json",
    limit: String(options.limit ?? pageLimit),
    prefix: options.prefix || undefined,
    delimiter: options.delimiter || undefined,
    marker: options.marker || undefined,
    // It is told the first name that is not wanted.
    end_marker: options.lastName === undefined ? undefined : `${options.lastName}0`,
  });
  return { method: "GET", url, headers: { "x-auth-token": access.token } };
}

export interface RowPage {
  /** In UTF-8 order of the name. */
  readonly objects: readonly Listed[];
  /** For the next page; absent on the last. */
  readonly marker?: string | undefined;
}

/** @param limit As it was asked for. */
export async function readObjects(response: HttpResponse, limit?: number): Promise<RowPage> {
  const objects = (await readRows(response)).map((row): Listed => {
    const subdir = textIn(row, "subdir");
    if (subdir !== undefined) return { kind: "subdir", key: subdir };
    const contentType = textIn(row, "content_type");
    return {
      kind: "object",
      key: textIn(row, "name") ?? "",
      bytes: numberIn(row, "bytes") ?? 0,
      etag: etagIn(row),
      modifiedMs: readTime(textIn(row, "last_modified") ?? ""),
      ...(contentType === undefined ? {} : { contentType }),
    };
  });
  const marker = nextMarker(
    objects.map(({ key }) => key),
    limit,
  );
  return { objects, marker };
}

/** As `readObjectHead` tells it. */
function etagIn(row: Readonly<Record<string, unknown>>): string {
  const ofSegments = textIn(row, "slo_etag");
  return ofSegments === undefined ? (textIn(row, "hash") ?? "").replaceAll('"', "") : quoted(ofSegments);
}

/** UTC both: Swift writes microseconds and no `Z`, RGW milliseconds and a `Z`. */
function readTime(text: string): number {
  return Date.parse(text.endsWith("Z") ? text : `${text}Z`);
}
