import type { Checksum } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import type { ObjectPage } from "../object-page.ts";
import type { StoreError } from "./error.ts";
import type { CopySource, Multipart } from "./multipart.ts";

/** One object as a listing or a `stat` shows it. */
export interface ObjectInfo {
  readonly kind: "object";
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. An MD5 in hex for objects uploaded in one piece, anything else otherwise. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType?: string;
  /** User metadata, lower-case names without the protocol's prefix. Present after `stat` and `get` only. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Of the whole object; left out where the store tells none. Present after `stat` and `get` only. */
  readonly checksum?: Checksum;
  /** The CRC32 of its parts' CRC32s where the store keeps that: see {@link compositeCrc32}. Present with `metadata`. */
  readonly partsCrc32?: string;
}

/** A group of keys up to and including the delimiter. */
export interface PrefixInfo {
  readonly kind: "prefix";
  readonly prefix: string;
}

export interface ListOptions {
  readonly prefix?: string;
  /** Usually "/". Without it, every key under the prefix is listed. */
  readonly delimiter?: string;
  /** Only keys that sort (by UTF-8 bytes) after this one. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

export interface PageOptions extends Omit<ListOptions, "delimiter"> {
  /** Keys of the first page at most, for whoever has something to do about each. Default: as many as the store gives. */
  readonly firstPage?: number;
  /** How many requests may be under way, asked before each; never more than 8, which is the default. */
  readonly atOnce?: () => number;
}

export interface GetOptions {
  /** First and last byte, both included; without `end`, to the end of the object. */
  readonly range?: { readonly start: number; readonly end?: number };
  /** Fails with `STORE_CHANGED` unless the object still has this ETag. */
  readonly ifMatch?: string;
  /** A chunk of the body is not looked at any more once the next one is asked for. Default false. */
  readonly borrows?: boolean;
  /** Around each request for the rest after a connection was lost, until something comes. Default: one attempt. */
  readonly again?: Again;
  readonly signal?: AbortSignal;
}

export interface PutOptions {
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Fails with `STORE_EXISTS` when the key exists already, on stores with `features.putIfAbsent`. */
  readonly ifAbsent?: boolean;
  readonly signal?: AbortSignal;
}

/** Makes an attempt, and further ones where that makes sense. */
export type Again = <T>(attempt: () => Promise<T>) => Promise<T>;

/** For a stream. */
export interface PutStreamOptions extends PutOptions {
  /** Around each request that holds what it sends, and so can be made again. Default: one attempt. */
  readonly again?: Again;
}

/** For a body that can be sent again. */
export interface PutBodyOptions extends PutOptions {
  /** Computes a checksum of the body. Default: the body is read once more for each. */
  readonly digest?: (algorithm: Checksum["algorithm"]) => Promise<Uint8Array>;
}

export interface ObjectBody {
  readonly info: ObjectInfo;
  /** Whether the body is compared with a checksum that the store keeps. */
  readonly isChecked: boolean;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What differs between stores; ask before use. */
export interface StoreFeatures {
  /** Largest object that one `put` takes, in bytes. Larger ones need {@link Store.putStream}. */
  readonly maxPutBytes: number;
  readonly putIfAbsent: boolean;
}

/**
 * A bucket (S3), container (Swift) or folder, seen as keys and bytes.
 *
 * Errors are thrown as `StoreError` with a `code`; `cause` holds the protocol's own error:
 * - `STORE_NOT_FOUND`: no such object; `STORE_NO_BUCKET`: no such bucket or container.
 * - `STORE_DENIED`: signed in, but not allowed; `STORE_UNAUTHENTICATED`: the credentials were refused.
 * - `STORE_EXISTS`, `STORE_CHANGED`: a condition failed; `STORE_NOT_EMPTY`; `STORE_BAD_NAME`; `STORE_QUOTA`.
 * - `STORE_CORRUPT`: the bytes that came do not have the checksum or length announced.
 * - `STORE_BUSY`: overloaded or in repair, also after retries; `STORE_NOT_S3`: a web page answers in its place;
 *   `STORE_FAILED`: anything else the server said.
 *
 * A connection that cannot be made or is lost is the `Failure` that `createHttp` names.
 */
export interface Store {
  readonly features: StoreFeatures;
  /** In UTF-8 byte order of key or prefix, whatever the number of objects, in constant memory. */
  list(options?: ListOptions): AsyncIterable<ObjectInfo | PrefixInfo>;
  stat(key: string, options?: { signal?: AbortSignal }): Promise<ObjectInfo>;
  /** The body fails with `STORE_CORRUPT` when it ends early or (whole objects) does not have the checksum that the store keeps. */
  get(key: string, options?: GetOptions): Promise<ObjectBody>;
  /** Whole or not at all; checked against what the server says it stored. Returns what was stored. */
  put(key: string, body: RequestBody, options?: PutBodyOptions): Promise<ObjectInfo>;
  /** As `put`, for a body of unknown length (standard input) or one above `maxPutBytes`; uploads in parts. */
  putStream(key: string, body: AsyncIterable<Uint8Array>, options?: PutStreamOptions): Promise<ObjectInfo>;
  /** Removing what is not there is no error. */
  remove(key: string, options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * As `list` without a delimiter, a page at a time, with several requests at once: many times faster for very many keys.
   * One page takes one request. A page is not looked at any more once the next one is asked for.
   */
  pages?(options?: PageOptions): AsyncIterable<ObjectPage>;
  /** Removes up to 1,000 keys in one request. Resolves to those that are still there, and why. */
  removeMany?(keys: readonly string[], options?: { signal?: AbortSignal }): Promise<readonly NotRemoved[]>;
  /**
   * Copies within the server, with content type and metadata, up to `maxPutBytes`. `STORE_CHANGED` when the source has
   * another ETag by now, `STORE_NOT_FOUND` when it is gone. Resolves to the ETag of the copy.
   */
  copy?(source: CopySource, key: string, options?: CopyOptions): Promise<{ readonly etag: string }>;
  readonly multipart?: Multipart;
}

export interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface NotRemoved {
  readonly key: string;
  readonly error: StoreError;
}

export interface BucketInfo {
  readonly name: string;
  /** Absent where the store does not tell. */
  readonly createdAt?: Date;
  readonly objects?: number;
  readonly bytes?: number;
}

/** An account at an object store: its buckets or containers, and the store inside each. */
export interface StoreAccount {
  readonly protocol: "s3" | "swift";
  /** Equal for accounts of one server in which a name is the same bucket, whatever the profiles are called. */
  readonly place: string;
  listBuckets(options?: { signal?: AbortSignal }): AsyncIterable<BucketInfo>;
  /** Creating one's own bucket again is no error. `STORE_EXISTS` when it belongs to somebody else. */
  createBucket(name: string): Promise<void>;
  /** `STORE_NOT_EMPTY` when objects are left in it. */
  removeBucket(name: string): Promise<void>;
  /** No request is made. */
  bucket(name: string): Store;
  /**
   * A URL that works without credentials until it expires. S3 signs it here, for at most 7 days; Swift signs with a key of the
   * account, which is asked for, and made where there is none.
   */
  presign(bucket: string, key: string, options: PresignOptions): Promise<string>;
}

export interface PresignOptions {
  readonly method: "GET" | "PUT";
  /** At most 604,800 (7 days) in S3. */
  readonly expiresInSeconds: number;
}
