import { xmlResponse, type Operation } from "../call.ts";
import { S3Error } from "../errors.ts";
import { limitOf, nameWriter } from "../listing.ts";
import { ownerFields } from "../owner.ts";
import { element, optional } from "../xml.ts";
import type { PartRecord, UploadRecord } from "../../storage/storage.ts";

export const listMultipartUploads: Operation = async (call) => {
  const { query } = call.request;
  if (query.get("delimiter")) throw new S3Error("NotImplemented", "ListMultipartUploads has no delimiter here.");
  const limit = limitOf(query, "max-uploads");
  const prefix = query.get("prefix") ?? "";
  const after = readMarker(query);
  const page = await call.storage.listUploads({ bucket: call.bucket, prefix, limit, ...(after ? { after } : {}) });
  const write = nameWriter(query);
  const last = page.uploads.at(-1);
  const person = ownerFields(call);
  const content = [
    element("Bucket", call.bucket),
    prefix === "" ? "" : element("Prefix", write(prefix)),
    after === undefined ? "" : element("KeyMarker", write(after.key)) + optional("UploadIdMarker", after.uploadId),
    last === undefined ? "" : element("NextKeyMarker", write(last.key)) + element("NextUploadIdMarker", last.uploadId),
    element("MaxUploads", limit),
    element("IsTruncated", page.truncated),
    ...page.uploads.map((upload) => uploadEntry(upload, person, write)),
  ];
  return xmlResponse("ListMultipartUploadsResult", content.join(""));
};

function readMarker(query: URLSearchParams): { key: string; uploadId?: string } | undefined {
  const [key, uploadId] = [query.get("key-marker"), query.get("upload-id-marker")];
  if (!key) return undefined;
  return uploadId ? { key, uploadId } : { key };
}

function uploadEntry({ key, uploadId, startedAt }: UploadRecord, person: string, write: (name: string) => string) {
  const names = element("Key", write(key)) + element("UploadId", uploadId);
  const people = `<Initiator>${person}</Initiator><Owner>${person}</Owner>`;
  const rest = element("StorageClass", "STANDARD") + element("Initiated", startedAt.toISOString());
  return `<Upload>${names}${people}${rest}</Upload>`;
}

export const listParts: Operation = async (call) => {
  const { bucket, key, storage } = call;
  const { query } = call.request;
  const uploadId = query.get("uploadId") ?? "";
  const limit = limitOf(query, "max-parts");
  const after = Number(query.get("part-number-marker") ?? 0) || 0;
  const { parts, truncated } = await storage.listParts({ bucket, key, uploadId, after, limit });
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
    ...parts.map(partEntry),
  ];
  return xmlResponse("ListPartsResult", content.join(""));
};

function partEntry({ partNumber, etag, bytes, modifiedAt }: PartRecord): string {
  const when = element("LastModified", modifiedAt.toISOString());
  const rest = element("PartNumber", partNumber) + element("ETag", `"${etag}"`) + element("Size", bytes);
  return `<Part>${when}${rest}</Part>`;
}
