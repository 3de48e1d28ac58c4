import { StorageError, type StorageErrorCode } from "../storage/storage.ts";

/**
 * Status and message by error code. RGW 16.2 leaves most messages empty, which crashes the AWS CLI 2.9 ("argument of
 * type 'NoneType' is not iterable"); ours are filled in.
 */
const TABLE = {
  AccessDenied: [403, "Access denied."],
  BadDigest: [400, "The checksum or Content-MD5 sent does not match the bytes that arrived."],
  BucketAlreadyExists: [409, "The bucket name is taken by another project. All projects share one namespace."],
  BucketNotEmpty: [409, "The bucket is not empty."],
  EntityTooLarge: [400, "The upload is larger than the most allowed."],
  EntityTooSmall: [400, "A part other than the last is smaller than 5 MiB."],
  IncompleteBody: [400, "The body ended before the number of bytes announced."],
  InvalidAccessKeyId: [403, "The access key does not exist, or it was deleted."],
  InvalidArgument: [400, "An argument is not valid."],
  InvalidBucketName: [400, "Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens."],
  InvalidDigest: [400, "Content-MD5 is not the base64 of 16 bytes."],
  InvalidLocationConstraint: [400, "The specified location-constraint is not valid"],
  InvalidObjectName: [400, "Object names are UTF-8 of at most 1024 bytes."],
  InvalidPart: [400, "A part was not found, or its ETag is another one."],
  InvalidPartOrder: [400, "The parts are not in ascending order."],
  InvalidRange: [416, "The range starts after the object's end."],
  InvalidRequest: [400, "The request is not valid."],
  InvalidTag: [400, "A tag is too long, is there twice, or there are too many."],
  InvalidStorageClass: [400, "The only storage class is STANDARD."],
  InvalidTokenId: [403, "The security token included in the request is invalid"],
  MalformedTrailerError: [400, "The trailer of the chunked body is missing or not as announced."],
  MalformedXML: [400, "The XML is not well formed or not what this operation takes."],
  MethodNotAllowed: [405, "The method is not allowed on this resource."],
  MissingContentLength: [411, "Content-Length is missing."],
  NoSuchBucket: [404, "The bucket does not exist."],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist"],
  NoSuchCORSConfiguration: [404, "The bucket has no CORS configuration."],
  NoSuchKey: [404, "The object does not exist."],
  NoSuchLifecycleConfiguration: [404, "The bucket has no lifecycle configuration."],
  NoSuchTagSet: [404, "The bucket has no tags."],
  NoSuchUpload: [404, "The multipart upload does not exist: it was completed or aborted, or the id is wrong."],
  NoSuchVersion: [404, "The version does not exist."],
  NotImplemented: [501, "This operation is not implemented."],
  ObjectLockConfigurationNotFoundError: [404, "The bucket has no object lock configuration."],
  PreconditionFailed: [412, "A condition of the request does not hold."],
  QuotaExceeded: [403, "No space is left on the disk of the store."],
  RequestTimeTooSkewed: [403, "The request was signed more than 15 minutes away from the server's clock."],
  SignatureDoesNotMatch: [403, "The signature is not the one computed with the secret of this access key."],
  XAmzContentSHA256Mismatch: [400, "x-amz-content-sha256 does not match the bytes that arrived."],
} as const satisfies Record<string, readonly [number, string]>;

export type S3ErrorCode = keyof typeof TABLE;

export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  /** `message` replaces the table's; it is shown to the client. */
  constructor(code: S3ErrorCode, message: string = TABLE[code][1], options?: ErrorOptions) {
    super(message, options);
    this.name = "S3Error";
    this.code = code;
    this.status = TABLE[code][0];
  }
}

const FROM_STORAGE: Readonly<Record<StorageErrorCode, S3ErrorCode>> = {
  NO_SUCH_BUCKET: "NoSuchBucket",
  NO_SUCH_KEY: "NoSuchKey",
  NO_SUCH_UPLOAD: "NoSuchUpload",
  BUCKET_NOT_EMPTY: "BucketNotEmpty",
  BUCKET_EXISTS: "BucketAlreadyExists",
  PRECONDITION_FAILED: "PreconditionFailed",
  INVALID_PART: "InvalidPart",
  INVALID_PART_ORDER: "InvalidPartOrder",
  PART_TOO_SMALL: "EntityTooSmall",
  NO_SPACE: "QuotaExceeded", // clients do not retry it, as they would a 5xx
};

/** What the client is told of a failure; undefined for one that is no answer, such as a defect or a client that left. */
export function toS3Error(error: unknown): S3Error | undefined {
  if (error instanceof S3Error) return error;
  return error instanceof StorageError ? new S3Error(FROM_STORAGE[error.code], undefined, { cause: error }) : undefined;
}
