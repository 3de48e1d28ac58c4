import { statfsSync } from "node:fs";
import { open, readdir, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { SharedRun } from "./shared-run.ts";
import { StorageError } from "./storage.ts";

/**
 * Bodies are refused when less than this is free, in bytes. It is more than the log grows before it is folded into the
 * index, so that on a disk full of objects some can still be deleted.
 */
const reservedBytes = 16 * 1024 * 1024;

/** Brings the names in a folder to disk. Windows keeps names in its journal and cannot sync a folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Pieces too large for the index: one file each, named by the piece's number and never changed once written. A file
 * counts only when the index names it, so half a file is never seen.
 */
export class PieceFiles {
  readonly #folder: string;
  readonly #namesSynced: SharedRun;
  /** How many open objects may still read a file. */
  readonly #readers = new Map<number, number>();
  /** Files without an owner that wait for their last reader. */
  readonly #doomed = new Set<number>();

  /** `durable`: whether names must survive a crash of the machine. */
  constructor(folder: string, durable: boolean) {
    this.#folder = folder;
    this.#namesSynced = new SharedRun(() => (durable ? syncFolder(folder) : Promise.resolve()));
  }

  /** Throws when the disk has no room for another body. */
  checkRoom(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize < reservedBytes) throw new StorageError("NO_SPACE", "no space left on the disk");
  }

  create(piece: number): Promise<FileHandle> {
    return open(this.#path(piece), "wx", 0o600);
  }

  open(piece: number): Promise<FileHandle> {
    return open(this.#path(piece), "r");
  }

  /** Resolves when the names of all files made so far are on disk. */
  syncNames(): Promise<void> {
    return this.#namesSynced.run();
  }

  /** Keeps files although their object goes. Returns what lets them go, once. */
  hold(pieces: readonly number[]): () => void {
    for (const piece of pieces) this.#readers.set(piece, (this.#readers.get(piece) ?? 0) + 1);
    let held = true;
    return () => {
      if (held) this.#release(pieces);
      held = false;
    };
  }

  /** Removes files that the index no longer names, now or after their last reader. */
  async discard(pieces: readonly number[]): Promise<void> {
    const free = pieces.filter((piece) => !this.#readers.has(piece));
    for (const piece of pieces) if (this.#readers.has(piece)) this.#doomed.add(piece);
    await Promise.all(free.map((piece) => this.#unlink(piece)));
  }

  /** Removes files of changes that a crash cut short. */
  async discardAllBut(pieces: ReadonlySet<number>): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!pieces.has(Number(name))) await this.#unlink(Number(name));
    }
  }

  #release(pieces: readonly number[]): void {
    for (const piece of pieces) {
      const readers = (this.#readers.get(piece) ?? 0) - 1;
      if (readers > 0) this.#readers.set(piece, readers);
      else this.#readers.delete(piece);
      if (readers <= 0 && this.#doomed.delete(piece)) void this.#unlink(piece);
    }
  }

  /** A file that cannot be removed now is removed when the storage opens next. */
  async #unlink(piece: number): Promise<void> {
    await unlink(this.#path(piece)).catch(() => undefined);
  }

  #path(piece: number): string {
    return join(this.#folder, String(piece));
  }
}
