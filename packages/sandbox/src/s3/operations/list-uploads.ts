import { checksumElement } from "../checksums.ts";
import { xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { limitOf, nameWriter } from "../listing.ts";
import { ownerFields } from "../owner.ts";
import { element, optional } from "../xml.ts";
import type { PartRecord, UploadChecksum, UploadRecord } from "../../storage/storage.ts";

/** Where a page begins: behind this key or group and, of several uploads of a key, behind this one. */
interface Marker {
  readonly key: string;
  readonly uploadId?: string;
}

export const listMultipartUploads: Operation = async (call) => {
  const { query } = call.request;
  const limit = limitOf(query, "max-uploads");
  const after = readMarker(query);
  const { uploads, groups, last, truncated } = await pageOf(call, limit, after);
  const write = nameWriter(query);
  const named = (name: string): string => {
    const value = query.get(name.toLowerCase());
    return value ? element(name, write(value)) : "";
  };
  const person = ownerFields(call);
  const content = [
    element("Bucket", call.bucket),
    named("Prefix"),
    after === undefined ? "" : element("KeyMarker", write(after.key)) + optional("UploadIdMarker", after.uploadId),
    last === undefined ? "" : element("NextKeyMarker", write(last.key)) + optional("NextUploadIdMarker", last.uploadId),
    element("MaxUploads", limit),
    named("Delimiter"),
    element("IsTruncated", truncated),
    ...uploads.map((upload) => uploadEntry(upload, person, write)),
    ...groups.map((group) => `<CommonPrefixes>${element("Prefix", write(group))}</CommonPrefixes>`),
  ];
  return xmlResponse("ListMultipartUploadsResult", content.join(""));
};

/** Up to `limit` uploads and groups. Unfinished uploads are few, so those of a group are stepped over one by one. */
async function pageOf({ storage, bucket, request: { query } }: BucketCall, limit: number, after: Marker | undefined) {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const uploads: UploadRecord[] = [];
  const groups = new Set<string>();
  let last: Marker | undefined;
  for (let from = after; ;) {
    const page = await storage.listUploads({ bucket, prefix, limit: 1000, ...(from && { after: from }) });
    for (const upload of page.uploads) {
      from = upload;
      const group = groupOf(upload.key, prefix, delimiter);
      if (group !== undefined && (groups.has(group) || after?.key.startsWith(group))) continue;
      if (uploads.length + groups.size >= limit) return { uploads, groups: [...groups], last, truncated: true };
      if (group === undefined) uploads.push(upload);
      else groups.add(group);
      last = group === undefined ? upload : { key: group };
    }
    if (!page.truncated) return { uploads, groups: [...groups], last, truncated: false };
  }
}

/** The common prefix that a key rolls up to: up to and including the first delimiter after the prefix asked for. */
function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function readMarker(query: URLSearchParams): Marker | undefined {
  const [key, uploadId] = [query.get("key-marker"), query.get("upload-id-marker")];
  if (!key) return undefined;
  return uploadId ? { key, uploadId } : { key };
}

function uploadEntry(upload: UploadRecord, person: string, write: (name: string) => string) {
  const { key, uploadId, startedAt, checksum } = upload;
  const names = element("Key", write(key)) + element("UploadId", uploadId);
  const people = `<Initiator>${person}</Initiator><Owner>${person}</Owner>`;
  const rest = element("StorageClass", "STANDARD") + element("Initiated", startedAt.toISOString());
  return `<Upload>${names}${people}${rest}${wantedElements(checksum)}</Upload>`;
}

function wantedElements(checksum: UploadChecksum | undefined): string {
  if (checksum === undefined) return "";
  return element("ChecksumAlgorithm", checksum.algorithm.toUpperCase()) + element("ChecksumType", checksum.type);
}

export const listParts: Operation = async (call) => {
  const { bucket, key, storage } = call;
  const { query } = call.request;
  const uploadId = query.get("uploadId") ?? "";
  const limit = limitOf(query, "max-parts");
  const after = Number(query.get("part-number-marker") ?? 0) || 0;
  const { upload, parts, truncated } = await storage.listParts({ bucket, key, uploadId, after, limit });
  const content = [
    element("Bucket", bucket),
    element("Key", key),
    element("UploadId", uploadId),
    element("StorageClass", "STANDARD"),
    element("PartNumberMarker", after),
    element("NextPartNumberMarker", parts.at(-1)?.partNumber ?? after),
    element("MaxParts", limit),
    element("IsTruncated", truncated),
    "<Owner><ID></ID><DisplayName></DisplayName></Owner>", // empty in RGW 16.2
    wantedElements(upload.checksum),
    ...parts.map(partEntry),
  ];
  return xmlResponse("ListPartsResult", content.join(""));
};

function partEntry({ partNumber, etag, bytes, modifiedAt, checksum }: PartRecord): string {
  const when = element("LastModified", modifiedAt.toISOString());
  const rest = element("PartNumber", partNumber) + element("ETag", `"${etag}"`) + element("Size", bytes);
  return `<Part>${when}${rest}${checksumElement(checksum)}</Part>`;
}
