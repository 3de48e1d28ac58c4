import type { ServiceResponse } from "../http/service.ts";
import { SwiftError } from "./errors.ts";
import { contentTypes, type Format, xmlElements, xmlHead, xmlText } from "./format.ts";

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

/** What a line of a listing says: a name alone in text, all of it in JSON and XML. */
export type ListingEntry = { readonly item: ListedItem } | { readonly subdir: string };

interface ListedItem extends Readonly<Record<string, string | number | undefined>> {
  readonly name: string;
}

export interface Listing {
  /** What is listed, and what its entries are. */
  readonly kind: "account" | "container";
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly entries: readonly ListingEntry[];
}

/** A text listing of nothing is a 204. */
export function listingResponse(format: Format, listing: Listing): ServiceResponse {
  const body = writers[format](listing);
  const common = { ...listing.headers, "Accept-Ranges": "bytes", "Content-Type": contentTypes[format] };
  if (body === "") return { status: 204, headers: common };
  return { status: 200, headers: { "Content-Length": String(Buffer.byteLength(body)), ...common }, body };
}

const writers: Readonly<Record<Format, (listing: Listing) => string>> = {
  plain: ({ entries }) => entries.map((entry) => `${"subdir" in entry ? entry.subdir : entry.item.name}\n`).join(""),
  json: ({ entries }) => JSON.stringify(entries.map((entry) => ("subdir" in entry ? entry : entry.item))),
  xml: ({ kind, name, entries }) => {
    const element = kind === "account" ? "container" : "object";
    const items = entries.map((entry) => xmlEntry(element, entry));
    return `${xmlHead}<${kind} name="${xmlText(name)}">${items.join("")}</${kind}>`;
  },
};

function xmlEntry(element: string, entry: ListingEntry): string {
  if ("item" in entry) return `<${element}>${xmlElements(entry.item)}</${element}>`;
  const name = xmlText(entry.subdir);
  return `<subdir name="${name}"><name>${name}</name></subdir>`;
}
