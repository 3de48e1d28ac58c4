import type { ServiceResponse } from "../http/service.ts";
import { SwiftError } from "./errors.ts";

/** Most entries on a page; a client that asks for more gets as many. */
const maxEntries = 10_000;

export interface ListingQuery {
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Only names after it. */
  readonly marker?: string;
  /** Only names before it. */
  readonly endMarker?: string;
  readonly limit: number;
}

export function readListingQuery(query: URLSearchParams): ListingQuery {
  const given = (name: string): string | undefined => query.get(name) || undefined;
  const [prefix, delimiter, marker, endMarker] = ["prefix", "delimiter", "marker", "end_marker"].map(given);
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(marker === undefined ? {} : { marker }),
    ...(endMarker === undefined ? {} : { endMarker }),
    limit: readLimit(query.get("limit") ?? ""),
  };
}

function readLimit(text: string): number {
  if (text === "") return maxEntries;
  if (!/^\d+$/.test(text)) throw new SwiftError("InvalidArgument");
  return Math.min(Number(text), maxEntries);
}

/** A name on each line, or JSON. A text listing of nothing is a 204. */
export function listingResponse(
  json: boolean,
  headers: Readonly<Record<string, string>>,
  entries: readonly { readonly name: string; readonly document: unknown }[],
): ServiceResponse {
  const body = json
    ? JSON.stringify(entries.map(({ document }) => document))
    : entries.map(({ name }) => `${name}\n`).join("");
  const type = `${json ? "application/json" : "text/plain"}; charset=utf-8`;
  const common = { ...headers, "Accept-Ranges": "bytes", "Content-Type": type };
  if (body === "") return { status: 204, headers: common };
  return { status: 200, headers: { "Content-Length": String(Buffer.byteLength(body)), ...common }, body };
}
