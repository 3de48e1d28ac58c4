import { Failure } from "../failure.ts";
import { StoreError } from "../store/error.ts";
import type { Summary, TransferEvent } from "./events.ts";
import { isHopeless } from "./persevere.ts";

/** This many failures for one and the same reason, with no success between, end a transfer. */
const hopelessInARow = 50;

/** Counts what happens and tells it on; knows when to stop. */
export class Tally {
  readonly #onEvent: (event: TransferEvent) => void;
  readonly #counts = { copied: 0, bytes: 0, same: 0, removed: 0, moved: 0, failed: 0, skipped: 0, unverified: 0 };
  #stopped: { readonly code: string; readonly message: string } | undefined;
  #row = { code: "", length: 0 };
  /** Set when a part of the source could not be seen. */
  isBlind = false;
  removalsHeldBack = false;

  constructor(onEvent: (event: TransferEvent) => void) {
    this.#onEvent = onEvent;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Whether everything at the source is safe at the destination. */
  get isComplete(): boolean {
    return this.#counts.failed === 0 && !this.isBlind && !this.isStopped;
  }

  same(count: number): void {
    this.#counts.same += count;
  }

  copied(key: string, bytes: number, isVerified: boolean): void {
    this.#counts.copied++;
    this.#counts.bytes += bytes;
    if (!isVerified) this.#counts.unverified++;
    this.#row.length = 0;
    this.#onEvent({ event: "copied", key, bytes });
  }

  wouldCopy(key: string, bytes: number): void {
    this.#counts.copied++;
    this.#counts.bytes += bytes;
    this.#onEvent({ event: "would-copy", key, bytes });
  }

  removed(event: "removed" | "would-remove" | "moved" | "would-move", key: string, bytes: number): void {
    this.#counts[event === "removed" || event === "would-remove" ? "removed" : "moved"]++;
    this.#onEvent({ event, key, bytes });
  }

  skipped(key: string, message: string): void {
    this.#counts.skipped++;
    this.#onEvent({ event: "skipped", key, message });
  }

  failed(key: string, error: unknown): void {
    const { code, message } = describe(error);
    this.#counts.failed++;
    this.#row = { code, length: this.#row.code === code ? this.#row.length + 1 : 1 };
    const ends = !this.isStopped && (isHopeless(error) || this.#row.length >= hopelessInARow);
    if (ends) this.#stopped = { code, message };
    this.#onEvent({ event: "failed", key, code, message, ...(ends ? { ends } : {}) });
  }

  /** Nothing more can be found out about what there is to do. Rethrows when nothing was done before. */
  cannotGoOn(error: unknown): void {
    const { copied, same, removed, failed } = this.#counts;
    if (copied + same + removed + failed === 0) throw error;
    if (this.isStopped) return;
    const { code, message } = describe(error);
    this.#counts.failed++;
    this.#stopped = { code, message };
    this.#onEvent({ event: "failed", key: "", code, message, ends: true });
  }

  summary(): Summary {
    return {
      ...this.#counts,
      removalsHeldBack: this.removalsHeldBack,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof Failure || error instanceof StoreError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}
