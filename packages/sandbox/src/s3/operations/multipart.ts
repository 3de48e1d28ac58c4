import { readDocument } from "../body/payload.ts";
import { checksumAlgorithms, headerOf } from "../body/checksum.ts";
import { checksumElement, elementOf, typeElement } from "../checksums.ts";
import { emptyResponse, xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { bareEtag, readPrecondition } from "../conditions.ts";
import { S3Error } from "../errors.ts";
import { readObjectHeaders } from "../object-headers.ts";
import { refuseUnsupported } from "../refusals.ts";
import { traitsOf } from "../traits.ts";
import { readUploadChecksum, sumPart, sumUpload, type NamedPart } from "../upload-checksum.ts";
import { children, element, parse, textOf, type XmlNode } from "../xml.ts";
import { checkKey, checkUpload } from "./objects.ts";

const MAX_PARTS = 10_000;

export const createMultipartUpload: Operation = async (call) => {
  const { storage, bucket, key, request } = call;
  checkKey(key);
  refuseUnsupported(request.headers);
  const headers = { ...readObjectHeaders(request.headers), traits: traitsOf(call) };
  const checksum = readUploadChecksum(request.headers);
  const { projectId } = call.record;
  const { uploadId } = await storage.createUpload({ bucket, key, projectId, checksum, ...headers });
  const content = element("Bucket", bucket) + element("Key", key) + element("UploadId", uploadId);
  const response = xmlResponse("InitiateMultipartUploadResult", content);
  if (checksum === undefined) return response;
  const { algorithm, type } = checksum;
  const said = { "x-amz-checksum-algorithm": algorithm.toUpperCase(), "x-amz-checksum-type": type };
  return { ...response, headers: { ...response.headers, ...said } };
};

export const uploadPart: Operation = async (call) => {
  checkUpload(call);
  const part = uploadPartOf(call);
  const { upload } = await call.storage.listParts({ ...part, after: 0, limit: 0 });
  const { etag, checksum } = await call.storage.putPart({
    ...part,
    verify: call.payload.verify,
    ...sumPart(call.payload, upload.checksum),
  });
  return emptyResponse(200, {
    "Content-Length": "0",
    ETag: `"${etag}"`,
    "Accept-Ranges": "bytes",
    ...(checksum && { [headerOf(checksum.algorithm)]: checksum.value }),
  });
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
  const { upload, parts: stored } = await storage.listParts({ bucket, key, uploadId, after: 0, limit: MAX_PARTS });
  const checksum = sumUpload(upload.checksum, stored, parts, request.headers);
  const condition = readPrecondition(request.headers);
  await storage.completeUpload({ bucket, key, uploadId, parts, condition, checksum });
  // The ETag is empty in RGW 16.2.
  const fields = { Location: `${request.origin}/${bucket}/${key}`, Bucket: bucket, Key: key, ETag: "" };
  const content = Object.entries(fields).map(([name, value]) => element(name, value));
  content.push(checksumElement(checksum), typeElement(checksum));
  return xmlResponse("CompleteMultipartUploadResult", content.join(""));
};

function readParts(document: XmlNode): NamedPart[] {
  const parts = children(document, "Part").map((part) => ({
    partNumber: Number(textOf(part, "PartNumber") ?? Number.NaN),
    etag: bareEtag(textOf(part, "ETag") ?? ""),
    sums: Object.fromEntries(
      checksumAlgorithms.map((algorithm) => [algorithm, textOf(part, elementOf({ algorithm }))]),
    ),
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
