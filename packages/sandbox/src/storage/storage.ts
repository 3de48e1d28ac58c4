/** A bucket (S3) and container (Swift): one thing, two protocols. Names are global, as in RGW's default. */
export interface BucketRecord {
  readonly name: string;
  readonly projectId: string;
  readonly createdAt: Date;
  /**
   * Container metadata and ACLs: lower-case full header names, for example `x-container-meta-color`. What S3 keeps of a
   * bucket stands here, too: `x-amz-acl` (unless private), `policy` (JSON) and `tagging` (as in a query).
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly objects: number;
  readonly bytes: number;
}

/** What becomes of an object beside being given back. Set through one protocol, it holds in the other. */
export interface ObjectTraits {
  /** The project that wrote it, where that is not its bucket's. */
  readonly owner?: string;
  /** S3's canned ACL, unless private. */
  readonly acl?: string;
  /** S3's tags, as in a query: `a=1&b=x%20y`. */
  readonly tags?: string;
  /** Of a dynamic large object: `<container>/<prefix>` of its segments, in order of their names. */
  readonly segments?: string;
  /** Of a static large object, whose own bytes are a manifest: ETag and bytes of what the manifest names. */
  readonly whole?: { readonly etag: string; readonly bytes: number };
}

/** What a client says of an object beside its bytes. */
export interface ObjectHeaders {
  readonly traits?: ObjectTraits;
  readonly contentType?: string;
  /** Lower-case `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  readonly system: Readonly<Record<string, string>>;
  /** User metadata, lower-case names without `x-amz-meta-` or `x-object-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type ChecksumAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "sha1" | "sha256";

/** What S3 calls an additional checksum: of an object's bytes, or of a part's. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. After a multipart upload it may be a checksum of the parts' checksums: `<base64>-<parts>`. */
  readonly value: string;
}

export interface ObjectRecord extends ObjectHeaders {
  readonly key: string;
  readonly bytes: number;
  /** Without quotes: MD5 in hex, or `<md5 of the parts' md5s>-<parts>` after a multipart upload. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Where the upload had one. Belongs to the bytes: copies have it too, and no change of headers takes it away. */
  readonly checksum?: Checksum;
}

export type StorageErrorCode =
  | "NO_SUCH_BUCKET"
  | "NO_SUCH_KEY"
  | "NO_SUCH_UPLOAD"
  | "BUCKET_NOT_EMPTY"
  /** {@link Storage.findBucket} tells whose it is. */
  | "BUCKET_EXISTS"
  | "PRECONDITION_FAILED"
  /** A part named at completion is missing or has another ETag. */
  | "INVALID_PART"
  | "INVALID_PART_ORDER"
  /** A part other than the last is under 5 MiB. */
  | "PART_TOO_SMALL"
  | "NO_SPACE";

export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageError";
    this.code = code;
  }
}

export interface Precondition {
  /** `*`: the key must exist; else it must have one of these ETags. */
  readonly ifMatch?: "*" | readonly string[];
  /** `*`: the key must not exist; else it must have none of these ETags. */
  readonly ifNoneMatch?: "*" | readonly string[];
}

export interface PutRequest extends ObjectHeaders {
  readonly bucket: string;
  readonly key: string;
  /** Its chunks belong to the storage, which frees them once they are stored. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly condition?: Precondition;
  /**
   * Called with the digest once all bytes came and before anything is visible: throwing drops the upload. Content-MD5,
   * payload hashes and trailing checksums are judged here or by the body itself.
   */
  readonly verify?: (stored: { readonly etag: string; readonly bytes: number }) => void;
  /** Called after `verify`: the checksum to keep. */
  readonly checksum?: () => Checksum | undefined;
}

export interface ListRequest {
  readonly bucket: string;
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Only names that sort after it, by UTF-8 bytes. A common prefix counts as a name. */
  readonly after?: string;
  /** Only names that sort before it. */
  readonly before?: string;
  readonly limit: number;
}

export type ListEntry =
  | ({ readonly kind: "object" } & ObjectRecord)
  | { readonly kind: "prefix"; readonly prefix: string };

export interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly truncated: boolean;
}

export interface OpenObject {
  readonly object: ObjectRecord;
  /**
   * The bytes asked for, `end` being exclusive. Opens lazily; `return()` closes it. Unaffected by a later overwrite or
   * delete while it goes on or before it is first called. A chunk belongs to its receiver; who frees one reads once.
   */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

export interface UploadRecord extends ObjectHeaders {
  readonly uploadId: string;
  readonly key: string;
  readonly startedAt: Date;
  readonly projectId: string;
  readonly checksum?: UploadChecksum;
}

/** The checksum that an upload's object is to have: of all its bytes, or of its parts' checksums. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

export interface PartRecord {
  readonly partNumber: number;
  readonly etag: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  readonly checksum?: Checksum;
}

/**
 * Where buckets and objects live. Every promise that resolves after a change says that the change is on disk (data,
 * index and folder synced), unless the storage was opened in memory. A crash shows each change whole or not at all.
 * Failures are {@link StorageError}s.
 */
export interface Storage {
  /** Metadata of a project's account: lower-case full header names, for example `x-account-meta-color`. */
  accountHeaders(projectId: string): Promise<Readonly<Record<string, string>>>;
  /** Sets the headers given; an empty string removes one. */
  updateAccount(projectId: string, headers: Readonly<Record<string, string>>): Promise<void>;

  createBucket(bucket: { name: string; projectId: string; headers?: Record<string, string> }): Promise<void>;
  findBucket(name: string): Promise<BucketRecord | undefined>;
  /** By name, in UTF-8 byte order. */
  listBuckets(projectId: string): Promise<readonly BucketRecord[]>;
  /** Sets the headers given; an empty string removes one. */
  updateBucket(name: string, headers: Readonly<Record<string, string>>): Promise<void>;
  /** Unfinished uploads go with it. */
  removeBucket(name: string): Promise<void>;

  put(request: PutRequest): Promise<ObjectRecord>;
  stat(bucket: string, key: string): Promise<ObjectRecord>;
  open(bucket: string, key: string): Promise<OpenObject>;
  /** Copies bytes without sending them through a protocol. `headers` and `checksum` replace the source's. */
  copy(request: {
    from: { bucket: string; key: string; condition?: Precondition };
    to: { bucket: string; key: string };
    headers?: ObjectHeaders;
    checksum?: Checksum | undefined;
  }): Promise<ObjectRecord>;
  /** Replaces what is said of an object; its time of change becomes now. */
  updateObject(bucket: string, key: string, headers: ObjectHeaders): Promise<ObjectRecord>;
  /** False when there was no such key. */
  remove(bucket: string, key: string): Promise<boolean>;
  list(request: ListRequest): Promise<ListPage>;

  createUpload(
    request: {
      bucket: string;
      key: string;
      projectId: string;
      checksum?: UploadChecksum | undefined;
    } & ObjectHeaders,
  ): Promise<UploadRecord>;
  putPart(request: {
    bucket: string;
    key: string;
    uploadId: string;
    partNumber: number;
    body: AsyncIterable<Uint8Array>;
    verify?: PutRequest["verify"];
    checksum?: PutRequest["checksum"];
  }): Promise<PartRecord>;
  /** By part number, those above `after`. */
  listParts(request: {
    bucket: string;
    key: string;
    uploadId: string;
    after: number;
    limit: number;
  }): Promise<{ upload: UploadRecord; parts: readonly PartRecord[]; truncated: boolean }>;
  completeUpload(request: {
    bucket: string;
    key: string;
    uploadId: string;
    parts: readonly { readonly partNumber: number; readonly etag: string }[];
    condition?: Precondition;
    /** Of the object that these parts make. */
    checksum?: Checksum | undefined;
  }): Promise<ObjectRecord>;
  abortUpload(bucket: string, key: string, uploadId: string): Promise<void>;
  listUploads(request: {
    bucket: string;
    prefix?: string;
    after?: { key: string; uploadId?: string };
    limit: number;
  }): Promise<{ uploads: readonly UploadRecord[]; truncated: boolean }>;

  close(): Promise<void>;
}
