import { setImmediate } from "node:timers/promises";
import type { IndexDatabase } from "./index-database.ts";
import { StorageError } from "./storage.ts";

interface Waiting {
  /** Makes the change and returns how to tell, once it is on disk. */
  readonly change: () => () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs changes of the index, many in one transaction and one sync. Those that come while a sync is under way make up
 * the next transaction, so nobody waits for company.
 */
export class GroupCommit {
  readonly #index: IndexDatabase;
  readonly #sync: () => Promise<void>;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Once a sync has failed nobody knows what is on disk, so nothing is acknowledged any more. */
  #broken: Error | undefined;

  /** `sync` brings what was committed to disk. */
  constructor(index: IndexDatabase, sync: () => Promise<void>) {
    this.#index = index;
    this.#sync = sync;
  }

  /**
   * Resolves with what `change` returned once it is on disk. A change that throws a {@link StorageError} leaves
   * nothing behind and does not harm its neighbours.
   */
  submit<T>(change: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const told = (): (() => void) => {
        const value = change();
        return () => resolve(value);
      };
      this.#waiting.push({ change: told, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    await setImmediate(); // requests read in the same turn of the event loop share the first sync too
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#running = undefined; // in the same turn as the check above, so that no change is left waiting
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      if (this.#broken !== undefined) throw this.#broken;
      const answers = this.#transactionWithRoom(batch);
      await this.#sync().catch((error: unknown) => this.#break(error));
      for (const answer of answers) answer();
    } catch (error) {
      for (const { reject } of batch) reject(asStorageError(error));
    }
  }

  /** On a full disk, folding the log into the index may make enough room, for one to delete something. */
  #transactionWithRoom(batch: readonly Waiting[]): (() => void)[] {
    try {
      return this.#transaction(batch);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#index.execute("pragma wal_checkpoint(truncate)");
      return this.#transaction(batch);
    }
  }

  #transaction(batch: readonly Waiting[]): (() => void)[] {
    this.#index.execute("begin immediate");
    try {
      const answers = batch.map((waiting) => this.#attempt(waiting));
      this.#index.execute("commit");
      return answers;
    } catch (error) {
      if (this.#index.inTransaction) this.#index.execute("rollback");
      throw error;
    }
  }

  #attempt({ change, reject }: Waiting): () => void {
    this.#index.run("savepoint change");
    try {
      const tell = change();
      this.#index.run("release change");
      return tell;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#index.run("rollback to change");
      this.#index.run("release change");
      return () => reject(error);
    }
  }

  #break(cause: unknown): never {
    this.#broken = new Error("the index could not be synced; open the storage again", { cause });
    throw this.#broken;
  }
}

/** A full disk has its own code, whoever notices it. */
export function asStorageError(error: unknown): unknown {
  return isFull(error) ? new StorageError("NO_SPACE", "no space left on the disk", { cause: error }) : error;
}

/** SQLITE_FULL, see https://sqlite.org/rescode.html#full */
const sqliteFull = 13;

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("errcode" in error) return Number(error.errcode) % 256 === sqliteFull;
  return "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
