import { S3Error } from "../s3/errors.ts";
import type { StoreErrorCode } from "./error.ts";
import { type Place, storeError } from "./failures.ts";

const storeCodes: Readonly<Record<string, StoreErrorCode>> = {
  NoSuchKey: "STORE_NOT_FOUND",
  NoSuchUpload: "STORE_NOT_FOUND",
  NoSuchBucket: "STORE_NO_BUCKET",
  AccessDenied: "STORE_DENIED",
  AllAccessDisabled: "STORE_DENIED",
  MethodNotAllowed: "STORE_DENIED",
  InvalidAccessKeyId: "STORE_UNAUTHENTICATED",
  SignatureDoesNotMatch: "STORE_UNAUTHENTICATED",
  ExpiredToken: "STORE_UNAUTHENTICATED",
  InvalidToken: "STORE_UNAUTHENTICATED",
  InvalidTokenId: "STORE_UNAUTHENTICATED",
  BucketAlreadyExists: "STORE_EXISTS",
  PreconditionFailed: "STORE_CHANGED",
  ConditionalRequestConflict: "STORE_CHANGED",
  BucketNotEmpty: "STORE_NOT_EMPTY",
  InvalidBucketName: "STORE_BAD_NAME",
  InvalidObjectName: "STORE_BAD_NAME",
  KeyTooLongError: "STORE_BAD_NAME",
  // MinIO's, for what is no path on its disk: "a//b", "../up", a part of more than 255 bytes.
  XMinioInvalidObjectName: "STORE_BAD_NAME",
  XMinioInvalidResourceName: "STORE_BAD_NAME",
  QuotaExceeded: "STORE_QUOTA",
  EntityTooLarge: "STORE_QUOTA",
  TooManyBuckets: "STORE_QUOTA",
  BadDigest: "STORE_CORRUPT",
  InvalidDigest: "STORE_CORRUPT",
  XAmzContentSHA256Mismatch: "STORE_CORRUPT",
  // MinIO's, for a CRC.
  XAmzContentChecksumMismatch: "STORE_CORRUPT",
  NotS3: "STORE_NOT_S3",
  SlowDown: "STORE_BUSY",
  ServiceUnavailable: "STORE_BUSY",
  InternalError: "STORE_BUSY",
};

const statusCodes: Readonly<Record<number, StoreErrorCode>> = {
  401: "STORE_UNAUTHENTICATED",
  403: "STORE_DENIED",
  404: "STORE_NOT_FOUND",
  412: "STORE_CHANGED",
  429: "STORE_BUSY",
  502: "STORE_BUSY",
  503: "STORE_BUSY",
  504: "STORE_BUSY",
};

/** An S3 error as a StoreError; anything else as it is. */
export function s3StoreError(error: unknown, place: Place): unknown {
  if (!(error instanceof S3Error)) return error;
  const code = storeCodes[error.code] ?? statusCodes[error.status] ?? "STORE_FAILED";
  return storeError(code === "STORE_NOT_FOUND" ? whatIsMissing(place) : code, place, error);
}

/** A 404 that names nothing is about what was asked for; S3 itself is never missing. */
const whatIsMissing = ({ bucket, key }: Place): StoreErrorCode =>
  bucket === undefined ? "STORE_NOT_S3" : key === undefined ? "STORE_NO_BUCKET" : "STORE_NOT_FOUND";

/**
 * Whether the keys were refused, so that others may do. Swift's s3api says SignatureDoesNotMatch for keys it does not
 * know, and so does every store when Keystone no longer finds their owner in the project.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof S3Error && (error.status === 401 || storeCodes[error.code] === "STORE_UNAUTHENTICATED");
}

/** A status alone: the answer had no body, as those to HEAD. */
export function saysNothing(error: unknown): boolean {
  return error instanceof S3Error && error.code.startsWith("HTTP 4");
}
