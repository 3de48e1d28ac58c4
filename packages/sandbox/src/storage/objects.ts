import type { BucketTable } from "./buckets.ts";
import type { IndexDatabase } from "./index-database.ts";
import { decodePieces, encodePieces } from "./pieces.ts";
import type { Piece, PieceTable } from "./pieces.ts";
import { checkPrecondition } from "./preconditions.ts";
import { decodeHeaders, encodeHeaders, keyBytes, objectRecord } from "./rows.ts";
import type { StoredRow } from "./rows.ts";
import { StorageError } from "./storage.ts";
import type { Checksum, ObjectHeaders, ObjectRecord, Precondition } from "./storage.ts";

/** What a key is to become. Its pieces are held already. */
export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly etag: string;
  readonly checksum?: Checksum | undefined;
  readonly pieces: readonly Piece[];
  readonly condition?: Precondition | undefined;
}

/** After a change: the answer, and the files that nobody needs any more. */
export interface Changed<T> {
  readonly value: T;
  readonly unused: readonly number[];
}

/** Objects in the index. Changes belong into a commit. */
export class ObjectTable {
  readonly #index: IndexDatabase;
  readonly #buckets: BucketTable;
  readonly #pieces: PieceTable;

  constructor(index: IndexDatabase, buckets: BucketTable, pieces: PieceTable) {
    this.#index = index;
    this.#buckets = buckets;
    this.#pieces = pieces;
  }

  require(bucket: string, key: string): StoredRow {
    const row = this.#find(this.#buckets.require(bucket).id, key);
    if (row === undefined) throw new StorageError("NO_SUCH_KEY", `there is no such key in bucket ${bucket}`);
    return row;
  }

  /** Throws when a put would be refused as things are now. */
  check(bucket: string, key: string, condition: Precondition | undefined): void {
    checkPrecondition(condition, this.#find(this.#buckets.require(bucket).id, key)?.etag);
  }

  put(object: NewObject): Changed<ObjectRecord> {
    const { id } = this.#buckets.require(object.bucket);
    const old = this.#find(id, object.key);
    checkPrecondition(object.condition, old?.etag);
    const bytes = object.pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    const headers = encodeHeaders(object.headers, object.checksum);
    const row = { bytes, etag: object.etag, modified: Date.now(), headers };
    this.#write(id, { ...row, key: keyBytes(object.key), pieces: encodePieces(object.pieces) });
    this.#buckets.count(id, old === undefined ? 1 : 0, bytes - (old?.bytes ?? 0));
    const unused = old === undefined ? [] : this.#pieces.release(decodePieces(old.pieces));
    return { value: objectRecord({ ...row, key: keyBytes(object.key) }, object.key), unused };
  }

  /** Changing what is said of an object makes it newer. */
  update(bucket: string, key: string, headers: ObjectHeaders): ObjectRecord {
    const old = this.require(bucket, key);
    const { checksum } = decodeHeaders(old.headers);
    const row = { ...old, headers: encodeHeaders(headers, checksum), modified: Date.now() };
    this.#write(this.#buckets.require(bucket).id, row);
    return objectRecord(row, key);
  }

  remove(bucket: string, key: string): Changed<boolean> {
    const { id } = this.#buckets.require(bucket);
    const old = this.#find(id, key);
    if (old === undefined) return { value: false, unused: [] };
    this.#index.run("delete from object where bucket = ? and key = ?", id, old.key);
    this.#buckets.count(id, -1, -old.bytes);
    return { value: true, unused: this.#pieces.release(decodePieces(old.pieces)) };
  }

  #find(bucket: number, key: string): StoredRow | undefined {
    return this.#index.get(
      "select key, bytes, etag, modified, headers, pieces from object where bucket = ? and key = ?",
      bucket,
      keyBytes(key),
    ) as StoredRow | undefined;
  }

  #write(bucket: number, row: StoredRow): void {
    this.#index.run(
      "insert or replace into object (bucket, key, bytes, etag, modified, headers, pieces) values (?, ?, ?, ?, ?, ?, ?)",
      bucket,
      row.key,
      row.bytes,
      row.etag,
      row.modified,
      row.headers,
      row.pieces,
    );
  }
}
