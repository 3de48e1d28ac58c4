import { createHash, randomBytes } from "node:crypto";
import type { BucketTable } from "./buckets.ts";
import type { IndexDatabase } from "./index-database.ts";
import { successor } from "./listing.ts";
import { decodePieces, encodePieces } from "./pieces.ts";
import type { Piece, PieceTable } from "./pieces.ts";
import type { NewPiece } from "./piece-writer.ts";
import type { Changed } from "./objects.ts";
import { asBuffer, encodeHeaders, keyBytes } from "./rows.ts";
import { StorageError } from "./storage.ts";
import type { Checksum, ObjectHeaders, PartRecord, Storage, UploadChecksum, UploadRecord } from "./storage.ts";

interface UploadRow {
  id: string;
  key: Uint8Array;
  project: string;
  started: number;
  headers: string;
}

interface PartRow {
  number: number;
  bytes: number;
  etag: string;
  modified: number;
  pieces: string;
  checksum: string | null;
}

/** Names an upload in a call. */
export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** All parts but the last have at least this size, in bytes. */
const minPartBytes = 5 * 1024 * 1024;

/** Unfinished multipart uploads in the index. Changes belong into a commit. */
export class UploadTable {
  readonly #index: IndexDatabase;
  readonly #buckets: BucketTable;
  readonly #pieces: PieceTable;

  constructor(index: IndexDatabase, buckets: BucketTable, pieces: PieceTable) {
    this.#index = index;
    this.#buckets = buckets;
    this.#pieces = pieces;
  }

  create(request: Parameters<Storage["createUpload"]>[0]): UploadRecord {
    const bucket = this.#buckets.require(request.bucket).id;
    const row: UploadRow = {
      id: newUploadId(),
      key: keyBytes(request.key),
      project: request.projectId,
      started: Date.now(),
      headers: encodeHeaders(request, request.checksum),
    };
    this.#index.run(
      "insert into upload (bucket, key, id, project, started, headers) values (?, ?, ?, ?, ?, ?)",
      bucket,
      row.key,
      row.id,
      row.project,
      row.started,
      row.headers,
    );
    return uploadRecord(row);
  }

  require({ bucket, key, uploadId }: UploadName): UploadRecord {
    const row = this.#index.get(
      "select * from upload where bucket = ? and key = ? and id = ?",
      this.#buckets.require(bucket).id,
      keyBytes(key),
      uploadId,
    ) as UploadRow | undefined;
    if (row === undefined) throw new StorageError("NO_SUCH_UPLOAD", `there is no upload ${uploadId} of this key`);
    return uploadRecord(row);
  }

  /** A part sent again replaces the one before. */
  putPart(upload: UploadName, partNumber: number, piece: NewPiece, sum: Checksum | undefined): Changed<PartRecord> {
    this.require(upload);
    const old = this.#parts(upload.uploadId, partNumber - 1, 1).find(({ number }) => number === partNumber);
    this.#pieces.add(piece);
    const checksum = sum === undefined ? null : JSON.stringify(sum);
    const row = { number: partNumber, bytes: piece.bytes, etag: piece.etag, modified: Date.now(), checksum };
    this.#index.run(
      "insert or replace into part (upload, number, bytes, etag, modified, pieces, checksum) values (?, ?, ?, ?, ?, ?, ?)",
      upload.uploadId,
      row.number,
      row.bytes,
      row.etag,
      row.modified,
      encodePieces([piece]),
      row.checksum,
    );
    const unused = old === undefined ? [] : this.#pieces.release(decodePieces(old.pieces));
    return { value: partRecord({ ...row, pieces: "" }), unused };
  }

  listParts(request: UploadName & { after: number; limit: number }): {
    upload: UploadRecord;
    parts: PartRecord[];
    truncated: boolean;
  } {
    const upload = this.require(request);
    const rows = this.#parts(request.uploadId, request.after, request.limit + 1);
    const parts = rows.slice(0, request.limit).map((row) => partRecord(row));
    return { upload, parts, truncated: rows.length > request.limit };
  }

  /** The object that the named parts make: their files become its own, so no byte is copied. */
  assemble(
    upload: UploadName,
    parts: readonly { readonly partNumber: number; readonly etag: string }[],
  ): { headers: ObjectHeaders; etag: string; pieces: Piece[] } {
    const headers = this.require(upload);
    const stored = new Map(this.#parts(upload.uploadId, -1, -1).map((row) => [row.number, row]));
    const chosen = parts.map(({ partNumber, etag }) => {
      const part = stored.get(partNumber);
      if (part?.etag !== etag)
        throw new StorageError("INVALID_PART", `part ${partNumber} is missing or has another ETag`);
      return part;
    });
    checkOrder(chosen);
    return { headers, etag: multipartEtag(chosen), pieces: chosen.flatMap((part) => decodePieces(part.pieces)) };
  }

  /** Ends an upload and lets its parts go. */
  remove(upload: UploadName): number[] {
    this.require(upload);
    const pieces = this.#parts(upload.uploadId, -1, -1).flatMap((part) => decodePieces(part.pieces));
    this.#index.run("delete from part where upload = ?", upload.uploadId);
    this.#index.run(
      "delete from upload where bucket = ? and key = ? and id = ?",
      this.#buckets.require(upload.bucket).id,
      keyBytes(upload.key),
      upload.uploadId,
    );
    return this.#pieces.release(pieces);
  }

  /** By key, then by start. */
  list(request: { bucket: string; prefix?: string; after?: { key: string; uploadId?: string }; limit: number }): {
    uploads: UploadRecord[];
    truncated: boolean;
  } {
    const { prefix = "", after, limit } = request;
    const end = successor(keyBytes(prefix));
    const rows = this.#index.all(
      `select * from upload where bucket = ? and key >= ? and (key, id) > (?, ?) and (? is null or key < ?)
       order by key, id limit ?`,
      this.#buckets.require(request.bucket).id,
      keyBytes(prefix),
      after === undefined ? Buffer.alloc(0) : keyBytes(after.key),
      after === undefined ? "" : (after.uploadId ?? lastUploadId),
      end ?? null,
      end ?? null,
      limit + 1,
    ) as UploadRow[];
    return { uploads: rows.slice(0, limit).map((row) => uploadRecord(row)), truncated: rows.length > limit };
  }

  /** `limit` -1: all. */
  #parts(uploadId: string, after: number, limit: number): PartRow[] {
    return this.#index.all(
      "select * from part where upload = ? and number > ? order by number limit ?",
      uploadId,
      after,
      limit,
    ) as PartRow[];
  }
}

/** As RGW's, `2~` first; then the time, so that uploads of one key sort by their start. */
function newUploadId(): string {
  return `2~${Date.now().toString(16).padStart(12, "0")}${randomBytes(12).toString("hex")}`;
}

/** Sorts after every upload id. */
const lastUploadId = "3";

function checkOrder(parts: readonly PartRow[]): void {
  if (parts.length === 0) throw new StorageError("INVALID_PART", "an upload needs at least one part");
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1];
    if (next === undefined) return;
    if (next.number <= part.number)
      throw new StorageError("INVALID_PART_ORDER", "parts must be named in ascending order");
    if (part.bytes < minPartBytes) {
      throw new StorageError(
        "PART_TOO_SMALL",
        `part ${part.number} has ${part.bytes} bytes, fewer than ${minPartBytes}`,
      );
    }
  }
}

/** The ETag S3 clients expect of a multipart object: the MD5 of the parts' binary MD5s, and their number. */
function multipartEtag(parts: readonly PartRow[]): string {
  const md5 = createHash("md5");
  for (const { etag } of parts) md5.update(etag, "hex");
  return `${md5.digest("hex")}-${parts.length}`;
}

function uploadRecord({ id, key, project, started, headers }: UploadRow): UploadRecord {
  return {
    ...(JSON.parse(headers) as ObjectHeaders & { readonly checksum?: UploadChecksum }),
    uploadId: id,
    key: asBuffer(key).toString("utf8"),
    projectId: project,
    startedAt: new Date(started),
  };
}

function partRecord({ number, etag, bytes, modified, checksum }: PartRow): PartRecord {
  const record = { partNumber: number, etag, bytes, modifiedAt: new Date(modified) };
  return checksum === null ? record : { ...record, checksum: JSON.parse(checksum) as Checksum };
}
