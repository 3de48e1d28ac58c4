import type { Crypto } from "../crypto.ts";
import { Failure } from "../failure.ts";
import { visible } from "../visible.ts";
import type { Bandwidth } from "./bandwidth.ts";
import type { Gate } from "./gate.ts";
import type { Journal } from "./journal.ts";
import type { OnBytes } from "./passing.ts";

/** What every copy needs besides its two ends. */
export interface Work {
  readonly crypto: Crypto;
  readonly gate: Gate;
  readonly bandwidth: Bandwidth;
  readonly journal: Journal;
  /** By the ending of a name; undefined leaves it to the store. */
  readonly contentTypeOf: (key: string) => string | undefined;
  readonly onBytes: OnBytes;
  /** Told of a large file that the store takes in one request only: interrupted, it begins anew. */
  readonly onWhole?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a copy. */
export interface Copied {
  readonly bytes: number;
  /** Of the object read or written. */
  readonly etag: string;
  /** False where the store keeps no checksum that can be compared. */
  readonly isVerified: boolean;
}

export function sourceChanged(key: string): Failure {
  return new Failure("SOURCE_CHANGED", "failed", `${visible(key)} changes while it is copied`, {
    cure: ["Run the command again when it is complete."],
  });
}
