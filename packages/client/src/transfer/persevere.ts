import { Failure } from "../failure.ts";
import { StoreError } from "../store/error.ts";

export interface Perseverance {
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
  /** A server asked for less. */
  readonly onBusy: () => void;
  /** Told of what is waited for, when that may take longer than people wait without asking. */
  readonly onLongWait?: ((error: unknown) => void) | undefined;
}

/** From this on a pause is a long one. */
const longWaitMs = 5_000;

/** Troubles of the network and of servers are outlasted for about five minutes, on top of what `http.ts` does. */
const delaysMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 60_000, 60_000, 60_000];
/** What may be a defect, or a source that keeps changing, is tried so often. */
const fewTries = 3;

/** Tries again what may work the next time. */
export async function persevere<T>(attempt: () => Promise<T>, options: Perseverance): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      await pauseAfter(error, failures, options);
    }
  }
}

/**
 * Waits until something may be tried again. Rejects with the error when there is no sense in that.
 *
 * @param failures So many so far, this one included.
 */
export async function pauseAfter(error: unknown, failures: number, options: Perseverance): Promise<void> {
  options.signal?.throwIfAborted();
  const kind = kindOf(error);
  const delay = delaysMs[failures - 1];
  if (kind === "final" || delay === undefined || (kind === "odd" && failures >= fewTries)) throw error;
  if (error instanceof StoreError && error.code === "STORE_BUSY") options.onBusy();
  if (delay >= longWaitMs) options.onLongWait?.(error);
  await options.sleep(delay * (0.5 + options.random() / 2), options.signal);
}

function kindOf(error: unknown): "passing" | "odd" | "final" {
  if (error instanceof StoreError) {
    if (error.code === "STORE_BUSY") return "passing";
    return error.code === "STORE_CORRUPT" || error.code === "STORE_CHANGED" ? "odd" : "final";
  }
  if (!(error instanceof Failure)) return "final";
  if (error.code === "SOURCE_CHANGED") return "odd";
  return error.kind === "later" ? "passing" : "final";
}

/** Whether what failed for one will fail for all: no bucket, no credentials, no room. */
export function isHopeless(error: unknown): boolean {
  if (error instanceof StoreError)
    return ["STORE_NO_BUCKET", "STORE_UNAUTHENTICATED"].includes(error.code) || isOverQuota(error);
  const { cause } = error instanceof Failure ? error : {};
  return cause instanceof Error && "code" in cause && ["ENOSPC", "EDQUOT", "EROFS"].includes(String(cause.code));
}

function isOverQuota({ cause }: StoreError): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "QuotaExceeded";
}
