import { errorCode } from "./connection-failure.ts";
import type { HttpRequest } from "./http.ts";

export interface RetryPolicy {
  /** Sendings after the first. */
  readonly retries: number;
  /** Upper bound of the first delay; it doubles with each retry. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 0 to 1: spreads retries, so that many clients do not come back together. */
  readonly random: () => number;
  /** Rejects with the signal's reason. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const usualRetries: RetryPolicy = { retries: 3, baseMs: 400, maxMs: 5000, random: Math.random, sleep };

/** A server that asks for a longer pause than this is not waited for: its answer is returned. */
const longestRetryAfterMs = 20_000;

/** Lost connections, and names that could not be looked up for now. Never refusals, which would come again. */
const passingErrors = new Set(["ECONNRESET", "EPIPE", "EAI_AGAIN", "ENETRESET", "IDLE_TIMEOUT"]);

/** @see RFC 9110, section 15.6; 500 because RGW, Swift and S3 use it for troubles that pass */
const passingStatuses = new Set([500, 502, 503, 504]);

export function mayRetryError(request: HttpRequest, error: unknown): boolean {
  return isIdempotent(request) && passingErrors.has(errorCode(error) ?? "");
}

export function mayRetryStatus(request: HttpRequest, status: number): boolean {
  // 429: the server says that it did not even begin.
  return status === 429 || (isIdempotent(request) && passingStatuses.has(status));
}

function isIdempotent(request: HttpRequest): boolean {
  return request.idempotent ?? request.method !== "POST";
}

/**
 * How long to wait: what the server asks for, else exponential back-off with full jitter. Undefined when the server
 * asks for more than 20 s.
 *
 * @see RFC 9110, section 10.2.3
 */
export function delayBeforeRetryMs(
  policy: RetryPolicy,
  retries: number,
  retryAfter: string | undefined,
  now: Date,
): number | undefined {
  const asked = retryAfterMs(retryAfter, now);
  if (asked !== undefined) return asked > longestRetryAfterMs ? undefined : asked;
  return policy.random() * Math.min(policy.maxMs, policy.baseMs * 2 ** retries);
}

function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
    if (signal?.aborted === true) wake();
  });
}
