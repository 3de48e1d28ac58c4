import { createHmac, hash, timingSafeEqual, type KeyObject } from "node:crypto";
import type { ServiceRequest } from "../../http/service.ts";
import { parseBasicDate } from "../dates.ts";
import { S3Error } from "../errors.ts";
import { canonicalRequest } from "./canonical.ts";
import type { SigV4Claim } from "./claim.ts";

const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_PRESIGN_SECONDS = 7 * 24 * 60 * 60;

/** Refuses a claim outside its time, before any key is looked up. The codes are RGW's. */
export function checkTime(claim: SigV4Claim, nowMs: number): void {
  const signedMs = parseBasicDate(claim.timestamp);
  if (Number.isNaN(signedMs)) throw new S3Error("AccessDenied", "The date of the signature is not YYYYMMDDTHHMMSSZ.");
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedMs) > MAX_SKEW_MS) throw new S3Error("RequestTimeTooSkewed");
    return;
  }
  if (!(claim.expiresSeconds >= 1 && claim.expiresSeconds <= MAX_PRESIGN_SECONDS)) {
    throw new S3Error("AccessDenied", "X-Amz-Expires is from 1 to 604800 seconds.");
  }
  if (nowMs >= signedMs + claim.expiresSeconds * 1000)
    throw new S3Error("AccessDenied", "The presigned URL has expired.");
  if (signedMs - nowMs > MAX_SKEW_MS) throw new S3Error("RequestTimeTooSkewed");
}

/** Refuses a claim that the key did not make over this request. */
export function checkSignature(request: ServiceRequest, claim: SigV4Claim, key: KeyObject): void {
  if (!claim.signedHeaders.includes("host")) throw new S3Error("AccessDenied", "The Host header is not signed.");
  if (!claim.scope.startsWith(claim.timestamp.slice(0, 8))) {
    throw new S3Error("SignatureDoesNotMatch", "The date of the credential scope is not the date of the request.");
  }
  const digest = hash("sha256", Buffer.from(canonicalRequest(request, claim), "latin1"));
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.timestamp}\n${claim.scope}\n${digest}`;
  if (!sameSignature(sign(key, stringToSign), claim.signature)) throw new S3Error("SignatureDoesNotMatch");
}

/** HMAC-SHA256 in hex. */
export function sign(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Compares in constant time. */
export function sameSignature(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)];
  return a.length === b.length && timingSafeEqual(a, b);
}
