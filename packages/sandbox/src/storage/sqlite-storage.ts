import { free } from "../free.ts";
import { BucketTable } from "./buckets.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { IndexDatabase } from "./index-database.ts";
import { listPage } from "./listing.ts";
import { ObjectReader } from "./object-reader.ts";
import type { ReadablePiece } from "./object-reader.ts";
import { ObjectTable } from "./objects.ts";
import type { Changed } from "./objects.ts";
import type { PieceFiles } from "./piece-files.ts";
import { inlineBytes, writePiece } from "./piece-writer.ts";
import type { NewPiece } from "./piece-writer.ts";
import { decodePieces, PieceTable } from "./pieces.ts";
import type { Piece } from "./pieces.ts";
import { checkPrecondition } from "./preconditions.ts";
import { bucketRecord, decodeHeaders, objectRecord } from "./rows.ts";
import type {
  BucketRecord,
  Checksum,
  ListPage,
  ObjectRecord,
  OpenObject,
  PartRecord,
  Storage,
  UploadRecord,
} from "./storage.ts";
import { UploadTable } from "./uploads.ts";

type Ask<Name extends keyof Storage> = Parameters<Storage[Name]>[0];

/** What a storage is made of. */
export interface StorageParts {
  readonly index: IndexDatabase;
  readonly files: PieceFiles;
  readonly commits: GroupCommit;
  onClose(): Promise<void>;
}

/**
 * The storage: an ordered index in SQLite, with small bodies, and a folder of large ones. Bytes are safe on disk before
 * the index names them, and every change of the index is one transaction, so a crash shows it whole or not at all.
 */
export class SqliteStorage implements Storage {
  readonly #parts: StorageParts;
  readonly #buckets: BucketTable;
  readonly #pieces: PieceTable;
  readonly #objects: ObjectTable;
  readonly #uploads: UploadTable;

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.#buckets = new BucketTable(parts.index);
    this.#pieces = new PieceTable(parts.index);
    this.#objects = new ObjectTable(parts.index, this.#buckets, this.#pieces);
    this.#uploads = new UploadTable(parts.index, this.#buckets, this.#pieces);
  }

  /** Call once, before anything else. */
  async clearUnfinished(): Promise<void> {
    await this.#parts.files.discardAllBut(this.#pieces.fileIds());
  }

  async accountHeaders(projectId: string): Promise<Readonly<Record<string, string>>> {
    return this.#buckets.accountHeaders(projectId);
  }

  updateAccount(projectId: string, headers: Readonly<Record<string, string>>): Promise<void> {
    return this.#parts.commits.submit(() => this.#buckets.updateAccount(projectId, headers));
  }

  createBucket(bucket: Ask<"createBucket">): Promise<void> {
    return this.#parts.commits.submit(() => this.#buckets.create(bucket));
  }

  async findBucket(name: string): Promise<BucketRecord | undefined> {
    const row = this.#buckets.find(name);
    return row === undefined ? undefined : bucketRecord(row);
  }

  async listBuckets(projectId: string): Promise<readonly BucketRecord[]> {
    return this.#buckets.list(projectId);
  }

  updateBucket(name: string, headers: Readonly<Record<string, string>>): Promise<void> {
    return this.#parts.commits.submit(() => this.#buckets.update(name, headers));
  }

  removeBucket(name: string): Promise<void> {
    return this.#change(() => {
      const bucket = this.#buckets.require(name);
      const { uploads } = this.#uploads.list({ bucket: name, limit: Number.MAX_SAFE_INTEGER - 1 });
      const unused = uploads.flatMap(({ key, uploadId }) => this.#uploads.remove({ bucket: name, key, uploadId }));
      this.#buckets.remove(bucket);
      return { value: undefined, unused };
    });
  }

  async put(request: Ask<"put">): Promise<ObjectRecord> {
    const { bucket, key, condition } = request;
    this.#objects.check(bucket, key, condition); // before the bytes come, and again when they are there
    return this.#store(request, (piece, checksum) => {
      this.#pieces.add(piece);
      const { etag } = piece;
      return this.#objects.put({ bucket, key, condition, headers: request, etag, checksum, pieces: [piece] });
    });
  }

  async stat(bucket: string, key: string): Promise<ObjectRecord> {
    return objectRecord(this.#objects.require(bucket, key), key);
  }

  async open(bucket: string, key: string): Promise<OpenObject> {
    const row = this.#objects.require(bucket, key);
    const object = objectRecord(row, key);
    const pieces = decodePieces(row.pieces).map((piece) => this.#readable(piece));
    const reader = new ObjectReader(pieces, this.#parts.files);
    return { object, read: ({ start, end } = { start: 0, end: object.bytes }) => reader.read(start, end) };
  }

  /** The copy shares its source's bytes. */
  copy({ from, to, headers, checksum }: Ask<"copy">): Promise<ObjectRecord> {
    return this.#change(() => {
      const source = this.#objects.require(from.bucket, from.key);
      checkPrecondition(from.condition, source.etag);
      const pieces = decodePieces(source.pieces);
      this.#pieces.hold(pieces);
      const { checksum: kept, ...said } = decodeHeaders(source.headers);
      const whole = { headers: headers ?? said, etag: source.etag, checksum: checksum ?? kept, pieces };
      return this.#objects.put({ ...to, ...whole });
    });
  }

  updateObject(bucket: string, key: string, headers: Parameters<Storage["updateObject"]>[2]): Promise<ObjectRecord> {
    return this.#parts.commits.submit(() => this.#objects.update(bucket, key, headers));
  }

  remove(bucket: string, key: string): Promise<boolean> {
    return this.#change(() => this.#objects.remove(bucket, key));
  }

  async list(request: Ask<"list">): Promise<ListPage> {
    return listPage(this.#parts.index, this.#buckets.require(request.bucket).id, request);
  }

  createUpload(request: Ask<"createUpload">): Promise<UploadRecord> {
    return this.#parts.commits.submit(() => this.#uploads.create(request));
  }

  async putPart(request: Ask<"putPart">): Promise<PartRecord> {
    this.#uploads.require(request);
    const { partNumber } = request;
    return this.#store(request, (piece, checksum) => this.#uploads.putPart(request, partNumber, piece, checksum));
  }

  async listParts(request: Ask<"listParts">): Promise<Awaited<ReturnType<Storage["listParts"]>>> {
    return this.#uploads.listParts(request);
  }

  completeUpload(request: Ask<"completeUpload">): Promise<ObjectRecord> {
    return this.#change(() => {
      const { bucket, key, parts, condition, checksum } = request;
      const whole = this.#uploads.assemble(request, parts);
      this.#pieces.hold(whole.pieces);
      const { value, unused } = this.#objects.put({ bucket, key, condition, checksum, ...whole });
      return { value, unused: [...unused, ...this.#uploads.remove(request)] };
    });
  }

  abortUpload(bucket: string, key: string, uploadId: string): Promise<void> {
    return this.#change(() => ({ value: undefined, unused: this.#uploads.remove({ bucket, key, uploadId }) }));
  }

  async listUploads(request: Ask<"listUploads">): Promise<Awaited<ReturnType<Storage["listUploads"]>>> {
    return this.#uploads.list(request);
  }

  async close(): Promise<void> {
    await this.#parts.commits.idle();
    this.#parts.index.close();
    await this.#parts.onClose();
  }

  /** Stores a body, lets the caller judge it, and makes it part of the index. What fails leaves nothing. */
  async #store<T>(
    { body, verify, checksum }: Ask<"put"> | Ask<"putPart">,
    change: (piece: NewPiece, checksum: Checksum | undefined) => Changed<T>,
  ): Promise<T> {
    const { files } = this.#parts;
    files.checkRoom();
    const piece = await writePiece(this.#pieces.nextId(), body, files);
    try {
      verify?.({ etag: piece.etag, bytes: piece.bytes });
      const sum = checksum?.();
      return await this.#change(() => change(piece, sum));
    } catch (error) {
      if (piece.data === undefined) await files.discard([piece.id]);
      throw error;
    } finally {
      if (piece.data !== undefined) free(piece.data);
    }
  }

  /** Commits a change, then removes the files that it left without an owner. */
  async #change<T>(change: () => Changed<T>): Promise<T> {
    const { value, unused } = await this.#parts.commits.submit(change);
    await this.#parts.files.discard(unused);
    return value;
  }

  #readable(piece: Piece): ReadablePiece {
    const data = piece.bytes <= inlineBytes ? this.#pieces.data(piece.id) : undefined;
    return data === undefined ? piece : { ...piece, data };
  }
}
