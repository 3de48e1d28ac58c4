import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { asStorageError } from "./group-commit.ts";
import { free } from "../free.ts";
import type { PieceFiles } from "./piece-files.ts";

/**
 * Bodies up to this size go into the index, where many share one sync; larger ones become files. In bytes, measured:
 * at 64 KiB the index stores two to three times as many objects per second as files, above 128 KiB both store as many.
 */
export const inlineBytes = 128 * 1024;

/** Files are written in steps of this size, in bytes: enough to be fast, little enough to keep memory flat. */
const stepBytes = 1024 * 1024;

/** Bytes that are safe on disk, or will be with the next commit, but that no object owns yet. */
export interface NewPiece {
  readonly id: number;
  readonly bytes: number;
  /** MD5 in hex. */
  readonly etag: string;
  /** Set when the bytes belong into the index; free once they are there. */
  readonly data?: Uint8Array;
}

/** Stores a body under the number `id`, hashing on the way. A body that fails leaves nothing. */
export async function writePiece(id: number, body: AsyncIterable<Uint8Array>, files: PieceFiles): Promise<NewPiece> {
  const md5 = createHash("md5");
  const writer = new PieceWriter(id, files);
  try {
    for await (const chunk of body) {
      md5.update(chunk);
      await writer.add(chunk);
    }
    return { id, etag: md5.digest("hex"), ...(await writer.finish()) };
  } catch (error) {
    await writer.abandon();
    throw asStorageError(error);
  }
}

class PieceWriter {
  readonly #id: number;
  readonly #files: PieceFiles;
  #bytes = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #file: FileHandle | undefined;
  /** The step being written while the next one arrives. */
  #writing: Promise<void> = Promise.resolve();

  constructor(id: number, files: PieceFiles) {
    this.#id = id;
    this.#files = files;
  }

  async add(chunk: Uint8Array): Promise<void> {
    this.#held.push(chunk);
    this.#heldBytes += chunk.byteLength;
    this.#bytes += chunk.byteLength;
    if (this.#heldBytes >= stepBytes) await this.#write();
  }

  async finish(): Promise<{ bytes: number; data?: Uint8Array }> {
    if (this.#bytes <= inlineBytes) {
      const data = Buffer.concat(this.#held);
      for (const chunk of this.#held) free(chunk);
      return { bytes: this.#bytes, data };
    }
    await this.#write();
    await this.#writing;
    await this.#file?.sync();
    await this.#file?.close();
    await this.#files.syncNames();
    return { bytes: this.#bytes };
  }

  async abandon(): Promise<void> {
    await this.#writing.catch(() => undefined);
    if (this.#file === undefined) return;
    await this.#file.close().catch(() => undefined);
    await this.#files.discard([this.#id]);
  }

  async #write(): Promise<void> {
    const file = (this.#file ??= await this.#files.create(this.#id));
    await this.#writing;
    this.#writing = writeAll(file, this.#held);
    this.#writing.catch(() => undefined); // reported by whoever awaits it next
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** `writev` may write less than it was given, for one when the disk fills up. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(chunks);
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (bytesWritten < total) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
  for (const chunk of chunks) free(chunk);
}
