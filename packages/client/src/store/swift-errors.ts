import { SwiftError } from "../swift/errors.ts";
import type { StoreErrorCode } from "./error.ts";
import { type Place, storeError } from "./failures.ts";

const words: Readonly<Record<string, StoreErrorCode>> = {
  NoSuchKey: "STORE_NOT_FOUND",
  NoSuchBucket: "STORE_NO_BUCKET",
  QuotaExceeded: "STORE_QUOTA",
  InvalidBucketName: "STORE_BAD_NAME",
};

const statusCodes: Readonly<Record<number, StoreErrorCode>> = {
  400: "STORE_BAD_NAME",
  401: "STORE_UNAUTHENTICATED",
  403: "STORE_DENIED",
  404: "STORE_NOT_FOUND",
  412: "STORE_CHANGED",
  413: "STORE_QUOTA",
  422: "STORE_CORRUPT",
  429: "STORE_BUSY",
  500: "STORE_BUSY",
  502: "STORE_BUSY",
  503: "STORE_BUSY",
  504: "STORE_BUSY",
  507: "STORE_QUOTA",
};

/** A Swift error as a StoreError; anything else as it is. */
export function swiftStoreError(error: unknown, place: Place): unknown {
  if (!(error instanceof SwiftError)) return error;
  const code = words[error.code] ?? statusCodes[error.status] ?? "STORE_FAILED";
  const isContainer = code === "STORE_NOT_FOUND" && place.key === undefined;
  return storeError(isContainer ? "STORE_NO_BUCKET" : code, place, error);
}

export function isRefusal(error: unknown): boolean {
  return error instanceof SwiftError && error.status === 401;
}

/** Swift's own 404 does not say which of object and container is missing. */
export function isVague404(error: unknown): boolean {
  return error instanceof SwiftError && error.status === 404 && words[error.code] === undefined;
}
