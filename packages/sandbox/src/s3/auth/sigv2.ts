import { createHmac } from "node:crypto";
import type { ServiceRequest } from "../../http/service.ts";
import { S3Error } from "../errors.ts";
import type { SigV2Claim } from "./claim.ts";
import { sameSignature } from "./sigv4.ts";

const MAX_SKEW_MS = 15 * 60 * 1000;

/** Query parameters that are part of the resource, and so of the signature. */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set(
  (
    "acl cors delete encryption lifecycle location logging notification object-lock partNumber policy policyStatus " +
    "publicAccessBlock replication requestPayment response-cache-control response-content-disposition " +
    "response-content-encoding response-content-language response-content-type response-expires restore tagging " +
    "torrent uploadId uploads versionId versioning versions website"
  ).split(" "),
);

/**
 * Checks Signature Version 2. It is here because boto3 still presigns with it where the region is `us-east-1` and no
 * `signature_version` is set.
 * @see Amazon S3 API, "Signing and authenticating REST requests (AWS signature version 2)"
 */
export function checkSignatureV2(request: ServiceRequest, claim: SigV2Claim, secret: string): void {
  const ours = createHmac("sha1", secret).update(stringToSign(request, claim), "latin1").digest("base64");
  if (!sameSignature(ours, claim.signature)) throw new S3Error("SignatureDoesNotMatch");
}

/** Refuses a claim outside its time. */
export function checkTimeV2(request: ServiceRequest, claim: SigV2Claim, nowMs: number): void {
  if (claim.expires !== undefined) {
    if (!(Number(claim.expires) * 1000 > nowMs)) throw new S3Error("AccessDenied", "The presigned URL has expired.");
    return;
  }
  const date = Date.parse(request.headers["x-amz-date"] ?? request.headers["date"] ?? "");
  if (Number.isNaN(date)) throw new S3Error("AccessDenied", "The request is signed without a date.");
  if (Math.abs(nowMs - date) > MAX_SKEW_MS) throw new S3Error("RequestTimeTooSkewed");
}

function stringToSign(request: ServiceRequest, claim: SigV2Claim): string {
  const { headers } = request;
  const date = claim.expires ?? (headers["x-amz-date"] === undefined ? headers["date"] : undefined);
  const amz = Object.keys(headers).filter((name) => name.startsWith("x-amz-"));
  return [
    request.method,
    headers["content-md5"] ?? "",
    headers["content-type"] ?? "",
    date ?? "",
    ...amz.sort().map((name) => `${name}:${headers[name]?.trim()}`),
    resource(request),
  ].join("\n");
}

function resource(request: ServiceRequest): string {
  const signed = [...request.query]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const query = signed.map(([name, value]) => (value === "" ? name : `${name}=${value}`)).join("&");
  return query === "" ? request.path : `${request.path}?${query}`;
}
