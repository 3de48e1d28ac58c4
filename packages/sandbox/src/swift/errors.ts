import type { ServiceResponse } from "../http/service.ts";
import { StorageError } from "../storage/storage.ts";
import type { StorageErrorCode } from "../storage/storage.ts";
import { contentTypes, type Format, xmlElements, xmlHead } from "./format.ts";

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

interface ErrorContext {
  readonly format: Format;
  readonly container: string;
  readonly transactionId: string;
}

/** RGW's answer: the code alone as text, or a document when the client asked for JSON or XML. */
export function errorResponse(error: SwiftError, ask: ErrorContext): ServiceResponse {
  if (error.status === 304) return { status: 304, headers: error.headers };
  const body = writers[ask.format](error, ask);
  const headers = {
    "Content-Length": String(Buffer.byteLength(body)),
    "Accept-Ranges": "bytes",
    "Content-Type": contentTypes[ask.format],
    ...error.headers,
  };
  return { status: error.status, headers, body };
}

const writers: Readonly<Record<Format, (error: SwiftError, ask: ErrorContext) => string>> = {
  plain: ({ code }) => code,
  json: (error, ask) => JSON.stringify(errorDocument(error, ask)),
  xml: (error, ask) => `${xmlHead}<Error>${xmlElements(errorDocument(error, ask))}</Error>`,
};

function errorDocument({ code }: SwiftError, ask: ErrorContext): Record<string, string> {
  return {
    Code: code,
    Message: "",
    ...(code === "NoSuchBucket" ? { BucketName: ask.container } : {}),
    RequestId: ask.transactionId,
    HostId: "101c-default-default",
  };
}
