import type { ServiceResponse } from "../http/service.ts";
import { StorageError } from "../storage/storage.ts";
import type { StorageErrorCode } from "../storage/storage.ts";

/** Status by RGW's error code; Swift's clients get the bare code as text. See `rgw_http_swift_errors` in rgw_common.cc. */
const statuses = {
  AccessDenied: 403,
  BadDigest: 400,
  BucketAlreadyExists: 409,
  EntityTooLarge: 400,
  InsufficientStorage: 507,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidObjectName: 400,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  UnprocessableEntity: 422,
  "Bad URL": 412,
  "Invalid UTF8 or contains NULL": 412,
  "There was a conflict when trying to complete your request.": 409,
} as const;

export type SwiftErrorCode = keyof typeof statuses;

export interface SwiftErrorOptions extends ErrorOptions {
  /** When it differs from the code's usual one. */
  readonly status?: number;
  /** Sent beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that ends in an error answer. */
export class SwiftError extends Error {
  readonly code: SwiftErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: SwiftErrorCode, options: SwiftErrorOptions = {}) {
    super(code, options);
    this.name = "SwiftError";
    this.code = code;
    this.status = options.status ?? statuses[code];
    this.headers = options.headers ?? {};
  }
}

/** Nobody the store knows: a token is missing, unknown, expired, revoked or without a project. */
export function unauthorized(): SwiftError {
  return new SwiftError("AccessDenied", { status: 401 });
}

const fromStorage: Partial<Record<StorageErrorCode, SwiftErrorCode>> = {
  NO_SUCH_BUCKET: "NoSuchBucket",
  NO_SUCH_KEY: "NoSuchKey",
  BUCKET_NOT_EMPTY: "There was a conflict when trying to complete your request.",
  BUCKET_EXISTS: "BucketAlreadyExists",
  PRECONDITION_FAILED: "PreconditionFailed",
  NO_SPACE: "InsufficientStorage",
};

/** What the client is told; undefined for a fault of the sandbox itself. */
export function asSwiftError(error: unknown): SwiftError | undefined {
  if (error instanceof SwiftError) return error;
  const code = error instanceof StorageError ? fromStorage[error.code] : undefined;
  return code === undefined ? undefined : new SwiftError(code, { cause: error });
}

/** RGW's answer: the code alone as text, or a JSON document when the client asked for JSON. */
export function errorResponse(
  error: SwiftError,
  ask: { readonly json: boolean; readonly container: string; readonly transactionId: string },
): ServiceResponse {
  if (error.status === 304) return { status: 304, headers: error.headers };
  const body = ask.json ? errorDocument(error, ask) : error.code;
  const headers = {
    "Content-Length": String(Buffer.byteLength(body)),
    "Accept-Ranges": "bytes",
    "Content-Type": `${ask.json ? "application/json" : "text/plain"}; charset=utf-8`,
    ...error.headers,
  };
  return { status: error.status, headers, body };
}

function errorDocument(error: SwiftError, ask: { container: string; transactionId: string }): string {
  return JSON.stringify({
    Code: error.code,
    Message: "",
    ...(error.code === "NoSuchBucket" ? { BucketName: ask.container } : {}),
    RequestId: ask.transactionId,
    HostId: "101c-default-default",
  });
}
