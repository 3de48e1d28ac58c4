import type { FileHandle } from "node:fs/promises";
import type { PieceFiles } from "./piece-files.ts";
import type { Piece } from "./pieces.ts";

/** Files are read in steps of at most this size, in bytes. */
const stepBytes = 512 * 1024;

/** A piece with its bytes, when it is small enough to be in the index. */
export interface ReadablePiece extends Piece {
  readonly data?: Uint8Array;
}

/** Lets the files of an object go when nobody can read it any more, for one after a HEAD that never read it. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());

/**
 * Reads an object as it was when opened. Its files stay until the reads that were begun have ended, or until nobody
 * has the reader any more, whichever comes first.
 */
export class ObjectReader {
  readonly #pieces: readonly ReadablePiece[];
  readonly #files: PieceFiles;
  readonly #release: () => void;
  #reading = 0;

  constructor(pieces: readonly ReadablePiece[], files: PieceFiles) {
    this.#pieces = pieces;
    this.#files = files;
    this.#release = files.hold(pieces.filter(({ data }) => data === undefined).map(({ id }) => id));
    forgotten.register(this, this.#release);
  }

  /** `end` is exclusive. */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array, void, void> {
    this.#reading += 1;
    try {
      let offset = 0;
      for (const piece of this.#pieces) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, piece.bytes);
        if (from < to) yield* this.#readPiece(piece, from, to);
        offset += piece.bytes;
      }
    } finally {
      this.#reading -= 1;
      if (this.#reading === 0) this.#release();
    }
  }

  async *#readPiece(piece: ReadablePiece, from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
    if (piece.data !== undefined) {
      yield piece.data.subarray(from, to);
      return;
    }
    const file = await this.#files.open(piece.id);
    try {
      yield* readFile(file, from, to);
    } finally {
      await file.close();
    }
  }
}

/** Each chunk is a buffer of its own, since the receiver may keep it; the next one is read meanwhile. */
async function* readFile(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
  let next = readStep(file, from, to);
  for (let at = from; at < to;) {
    const chunk = await next;
    at += chunk.byteLength;
    if (at < to) {
      next = readStep(file, at, to);
      next.catch(() => undefined); // reported when it is awaited
    }
    yield chunk;
  }
}

async function readStep(file: FileHandle, at: number, to: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(stepBytes, to - at));
  const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, at);
  if (bytesRead === 0) throw new Error("a file of the storage is shorter than its index says");
  return buffer.subarray(0, bytesRead);
}
