import type { Checksum } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import type { CopyOptions, ObjectInfo, PutOptions } from "./store.ts";

/** An upload under way. */
export interface UploadId {
  readonly key: string;
  readonly uploadId: string;
  /** Whether its parts have CRC32s, as the store agreed when it began. Default: MD5s alone. */
  readonly hasCrc?: boolean;
}

export interface StoredPart {
  /** From 1 on. */
  readonly partNumber: number;
  /** MD5 in hex wherever the store tells MD5s. */
  readonly etag: string;
  readonly bytes: number;
  /** In base64; in uploads that have CRC32s. */
  readonly crc32?: string | undefined;
}

export interface UnfinishedUpload extends UploadId {
  readonly startedAt: Date;
}

export interface PartOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What the finished object must look like. */
export interface Completion extends Pick<PutOptions, "ifAbsent" | "signal"> {
  readonly parts: readonly StoredPart[];
}

/** Objects in parts, which arrive in any order, at any time, and from any process. */
export interface Multipart {
  /** All but the last part have at least this many bytes... */
  readonly minPartBytes: number;
  /** ...and none has more than that. */
  readonly maxPartBytes: number;
  readonly maxParts: number;
  create(key: string, options?: NewUpload): Promise<UploadId>;
  /** Rejects with `STORE_CORRUPT` when the store kept other bytes. */
  uploadPart(upload: UploadId, partNumber: number, body: RequestBody, options: PartUpload): Promise<StoredPart>;
  /** Takes a part out of an object of the same account. Both ends of the range are included. Left out where none can. */
  copyPart?(
    upload: UploadId,
    partNumber: number,
    source: CopySource,
    options: CopyOptions & { readonly range: { readonly start: number; readonly end: number } },
  ): Promise<StoredPart>;
  /** In order of their numbers. `STORE_NOT_FOUND` when the upload is gone. */
  parts(upload: UploadId, options?: PartOptions): AsyncIterable<StoredPart>;
  /** The object appears, whole. Checked against the parts' MD5s where the store tells them. */
  complete(upload: UploadId, completion: Completion): Promise<ObjectInfo>;
  /** An upload that is gone is no error. */
  abort(upload: UploadId, options?: PartOptions): Promise<void>;
  unfinished(options?: PartOptions & { readonly prefix?: string }): AsyncIterable<UnfinishedUpload>;
}

export interface NewUpload extends PutOptions {
  /** Whether its parts shall have CRC32s where the store knows them. Default false. */
  readonly wantsCrc?: boolean;
}

export interface PartUpload extends PartOptions {
  /** Computes a checksum of the body; the server checks it, too. CRC32s are asked for in uploads that have them. */
  readonly digest: (algorithm: Checksum["algorithm"]) => Promise<Uint8Array>;
}

/** An object of the same account. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
}
