import { readDocument } from "../body/payload.ts";
import { emptyResponse, xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { bareEtag, readPrecondition } from "../conditions.ts";
import { S3Error } from "../errors.ts";
import { readObjectHeaders } from "../object-headers.ts";
import { refuseUnsupported } from "../refusals.ts";
import { traitsOf } from "../traits.ts";
import { children, element, parse, textOf, type XmlNode } from "../xml.ts";
import { checkKey, checkUpload } from "./objects.ts";

const MAX_PARTS = 10_000;

export const createMultipartUpload: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  checkKey(key);
  refuseUnsupported(request.headers);
  const headers = { ...readObjectHeaders(request.headers), traits: traitsOf(call) };
  const { uploadId } = await storage.createUpload({ bucket, key, projectId: call.record.projectId, ...headers });
  const content = element("Bucket", bucket) + element("Key", key) + element("UploadId", uploadId);
  return xmlResponse("InitiateMultipartUploadResult", content);
};

export const uploadPart: Operation = async (call) => {
  checkUpload(call);
  const { body, verify } = call.payload;
  const { etag } = await call.storage.putPart({ ...uploadPartOf(call), body, verify });
  return emptyResponse(200, { "Content-Length": "0", ETag: `"${etag}"`, "Accept-Ranges": "bytes" });
};

/** Which part of which upload a request is about. */
export function uploadPartOf({ bucket, key, request: { query } }: BucketCall) {
  const partNumber = Number(query.get("partNumber") ?? Number.NaN);
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
    throw new S3Error("InvalidArgument", `Part number must be an integer between 1 and ${MAX_PARTS}.`);
  }
  return { bucket, key, uploadId: query.get("uploadId") ?? "", partNumber };
}

export const completeMultipartUpload: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  const parts = readParts(parse(await readDocument(call.payload), "CompleteMultipartUpload"));
  const uploadId = request.query.get("uploadId") ?? "";
  await storage.completeUpload({ bucket, key, uploadId, parts, condition: readPrecondition(request.headers) });
  // The ETag is empty in RGW 16.2.
  const fields = { Location: `${request.origin}/${bucket}/${key}`, Bucket: bucket, Key: key, ETag: "" };
  const content = Object.entries(fields).map(([name, value]) => element(name, value));
  return xmlResponse("CompleteMultipartUploadResult", content.join(""));
};

function readParts(document: XmlNode) {
  const parts = children(document, "Part").map((part) => ({
    partNumber: Number(textOf(part, "PartNumber") ?? Number.NaN),
    etag: bareEtag(textOf(part, "ETag") ?? ""),
  }));
  const isWhole = parts.every(({ partNumber, etag }) => Number.isInteger(partNumber) && etag !== "");
  if (parts.length === 0 || parts.length > MAX_PARTS || !isWhole) throw new S3Error("MalformedXML");
  return parts;
}

export const abortMultipartUpload: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  await storage.abortUpload(bucket, key, request.query.get("uploadId") ?? "");
  return emptyResponse(204);
};
