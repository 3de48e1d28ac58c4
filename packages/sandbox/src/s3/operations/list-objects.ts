import { typeElement } from "../checksums.ts";
import { xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { limitOf, nameWriter, readToken, writeToken } from "../listing.ts";
import { ownerFields } from "../owner.ts";
import { element, optional } from "../xml.ts";
import type { Checksum, ListEntry, ListPage } from "../../storage/storage.ts";

type Writer = (name: string) => string;

interface Listing {
  readonly page: ListPage;
  readonly limit: number;
  /** Where the next page goes on; undefined on the last one. */
  readonly next: string | undefined;
  readonly write: Writer;
}

export const listObjects: Operation = async (call) => {
  const { query } = call.request;
  const marker = query.get("marker") ?? "";
  const listing = await list(call, marker);
  const { page, next, write } = listing;
  const owner = ownerOf(call);
  const content = [
    head(call, listing),
    entries(page, write, owner),
    element("Marker", write(marker)),
    next === undefined ? "" : element("NextMarker", write(next)),
  ];
  return xmlResponse("ListBucketResult", content.join(""));
};

export const listObjectsV2: Operation = async (call) => {
  const { query } = call.request;
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const listing = await list(call, token ? readToken(token) : (startAfter ?? ""));
  const { page, next, write } = listing;
  const owner = query.get("fetch-owner") === "true" ? ownerOf(call) : "";
  const content = [
    head(call, listing),
    entries(page, write, owner),
    optional("ContinuationToken", token ?? undefined),
    next === undefined ? "" : element("NextContinuationToken", writeToken(next)),
    element("KeyCount", page.entries.length),
    startAfter === null ? "" : element("StartAfter", write(startAfter)),
  ];
  return xmlResponse("ListBucketResult", content.join(""));
};

async function list(call: BucketCall, after: string): Promise<Listing> {
  const { query } = call.request;
  const limit = limitOf(query, "max-keys");
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const page = await call.storage.list({ bucket: call.bucket, prefix, delimiter, after, limit });
  const last = page.entries.at(-1);
  const next = page.truncated && last !== undefined ? nameOf(last) : undefined;
  return { page, limit, next, write: nameWriter(query) };
}

function nameOf(entry: ListEntry): string {
  return entry.kind === "prefix" ? entry.prefix : entry.key;
}

/** What stands before the objects in both versions, in RGW's order. */
function head(call: BucketCall, { page, limit, write }: Listing): string {
  const { query } = call.request;
  const delimiter = query.get("delimiter");
  const isEncoded = query.get("encoding-type")?.toLowerCase() === "url";
  return [
    isEncoded ? element("EncodingType", "url") : "",
    element("Name", call.bucket),
    element("Prefix", write(query.get("prefix") ?? "")),
    element("MaxKeys", limit),
    delimiter ? element("Delimiter", write(delimiter)) : "",
    element("IsTruncated", page.truncated),
    ...page.entries.map((entry) =>
      entry.kind === "prefix" ? `<CommonPrefixes>${element("Prefix", write(entry.prefix))}</CommonPrefixes>` : "",
    ),
  ].join("");
}

function entries(page: ListPage, write: Writer, owner: string): string {
  let text = "";
  for (const entry of page.entries) if (entry.kind === "object") text += contents(entry, write, owner);
  return text;
}

function contents(entry: ListEntry & { kind: "object" }, write: Writer, owner: string): string {
  const { key, modifiedAt, etag, bytes, checksum } = entry;
  return (
    `<Contents>${element("Key", write(key))}<LastModified>${modifiedAt.toISOString()}</LastModified>` +
    `<ETag>&quot;${etag}&quot;</ETag><Size>${bytes}</Size><StorageClass>STANDARD</StorageClass>${owner}` +
    `<Type>Normal</Type>${checksumElements(checksum)}</Contents>`
  );
}

function checksumElements(checksum: Checksum | undefined): string {
  if (checksum === undefined) return "";
  return element("ChecksumAlgorithm", checksum.algorithm.toUpperCase()) + typeElement(checksum);
}

function ownerOf(call: BucketCall): string {
  return `<Owner>${ownerFields(call)}</Owner>`;
}
