import { connectionFailure, errorCode } from "./connection-failure.ts";
import { Failure } from "./failure.ts";
import { delayBeforeRetryMs, mayRetryError, mayRetryStatus, type RetryPolicy, usualRetries } from "./retry.ts";
import { Secret } from "./secret.ts";
import { redactUrl, type TraceEntry } from "./trace.ts";

/** A request as a plain record: protocol folders make these, and never send them. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "COPY" | "OPTIONS";
  readonly url: string;
  /** Lower-case names. Secret values are revealed only while the bytes are written. */
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body?: RequestBody;
  /** In place of `body`: bytes of unknown length, sent chunked. They come once, so such a request is never retried. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /**
   * Whether sending it twice does no more than sending it once. Decides if a lost connection or a 503 is retried.
   * Default: true for every method but POST.
   */
  readonly idempotent?: boolean;
  /**
   * The answer's body is read piece by piece: a chunk is not looked at any more once the next one is asked for, so its
   * memory may be used again. Default false.
   */
  readonly borrowsBody?: boolean;
  /** An access token is in the body: it goes only where one in `authorization` may. Default false. */
  readonly carriesToken?: boolean;
}

/** A body that can be sent again: a retry or a new signature opens it anew and gets the same bytes. */
export interface RequestBody {
  readonly bytes: number;
  /** A chunk is valid until the next one is asked for: its memory may be used again then. */
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Must be read to its end or left by `return()`, else the connection stays busy. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
}

/** Sends one request and does nothing else: no retry, no redirect. Connection errors reject. */
export type Transport = (request: HttpRequest, options?: SendOptions) => Promise<HttpResponse>;

/**
 * The one place with I/O policy, made by `createHttp` and handed to everything that talks to a server: retries
 * where safe, `Retry-After`, the host guard for access tokens, the redacted trace, the clock offset.
 */
export interface Http {
  send(request: HttpRequest, options?: SendOptions): Promise<HttpResponse>;
  /** Local time corrected by the offset last learned from a server's `Date` header. Signatures use it. */
  now(): Date;
}

export interface HttpOptions {
  readonly transport: Transport;
  readonly now: () => Date;
  /** Whether an access token may go to this origin (`https://host:port`, no path): shipped, or confirmed by the person. */
  readonly mayReceiveBearer: (origin: string) => boolean;
  /** Called once for each answer or lost connection. Gets no secret. */
  readonly trace?: (entry: TraceEntry) => void;
  readonly retry?: RetryPolicy;
}

/**
 * Puts the policy of {@link Http} around a transport.
 *
 * @throws Failure `UNTRUSTED_HOST`, and what {@link connectionFailure} makes of a lost connection. Answers of any status,
 * redirects among them, are returned.
 */
export function createHttp(options: HttpOptions): Http {
  const policy = options.retry ?? usualRetries;
  let offsetMs = 0;
  /** Hundreds of answers come in the same second. */
  let lastDate: string | undefined;

  function learnClock(date: string | undefined): void {
    if (date === undefined || date === lastDate) return;
    lastDate = date;
    offsetMs = clockOffsetMs(date, options.now()) ?? offsetMs;
  }

  /** Sends once; learns the server's clock; tells the trace. */
  async function attempt(request: HttpRequest, sendOptions: SendOptions | undefined): Promise<HttpResponse> {
    const told = options.trace === undefined ? undefined : timed(request, options.trace);
    try {
      const response = await options.transport(request, sendOptions);
      learnClock(response.headers["date"]);
      told?.({ status: response.status, requestId: requestIdOf(response) });
      return response;
    } catch (error) {
      told?.({ error: errorCode(error) ?? "failed" });
      throw error;
    }
  }

  async function send(request: HttpRequest, sendOptions?: SendOptions): Promise<HttpResponse> {
    guardBearer(request, options.mayReceiveBearer);
    for (let retries = 0; ; retries++) {
      const last = retries >= policy.retries || request.stream !== undefined;
      let delayMs: number | undefined;
      try {
        const response = await attempt(request, sendOptions);
        if (!last && mayRetryStatus(request, response.status))
          delayMs = delayBeforeRetryMs(policy, retries, response.headers["retry-after"], options.now());
        if (delayMs === undefined) {
          const { status, headers, body } = response;
          return { status, headers, body: withFailures(body, request.url) };
        }
        await discard(response.body);
      } catch (error) {
        if (sendOptions?.signal?.aborted === true) throw sendOptions.signal.reason;
        if (last || !mayRetryError(request, error)) throw connectionFailure(error, request.url);
        delayMs = delayBeforeRetryMs(policy, retries, undefined, options.now()) ?? 0;
      }
      await policy.sleep(delayMs, sendOptions?.signal);
    }
  }

  return { send, now: () => new Date(options.now().getTime() + offsetMs) };
}

/**
 * Tells the trace how a request ended that begins now. Node loads its timers of performance only for who uses them, and
 * most never look at the address.
 */
function timed(
  { method, url }: HttpRequest,
  trace: (entry: TraceEntry) => void,
): (outcome: Pick<TraceEntry, "status" | "requestId" | "error">) => void {
  const startedAt = performance.now();
  return ({ status, requestId, error }) => {
    const ms = performance.now() - startedAt;
    trace({
      method,
      get url() {
        return redactUrl(url);
      },
      ms,
      status,
      requestId,
      error,
    });
  };
}

/** An access token in `authorization` is a Secret, a signature is not. */
function guardBearer(request: HttpRequest, mayReceiveBearer: (origin: string) => boolean): void {
  if (!(request.headers["authorization"] instanceof Secret) && request.carriesToken !== true) return;
  const { origin, host } = new URL(request.url);
  if (mayReceiveBearer(origin)) return;
  throw new Failure("UNTRUSTED_HOST", "denied", `${host} is not a known site, so your access token is not sent to it`, {
    cure: [`If you know and trust it: fedbucket connect PROFILE --trust-host ${host}`],
  });
}

/** `Date` has whole seconds, so up to 2 s is rounding and travel. Undefined when the server does not tell. */
function clockOffsetMs(date: string, now: Date): number | undefined {
  const offset = Date.parse(date) - now.getTime();
  if (Number.isNaN(offset)) return undefined;
  return Math.abs(offset) <= 2000 ? 0 : offset;
}

/** The id under which a site's support finds the request. */
function requestIdOf(response: HttpResponse): string | undefined {
  return (
    response.headers["x-openstack-request-id"] ?? response.headers["x-amz-request-id"] ?? response.headers["x-trans-id"]
  );
}

/** Reads what is left of a small body, so that its connection can be used again. */
export async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > 65_536) return;
  }
}

/** The same body, with a connection lost half-way told as a {@link Failure}. */
function withFailures(body: AsyncIterable<Uint8Array>, url: string): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const chunks = body[Symbol.asyncIterator]();
      return {
        next: () =>
          chunks.next().catch((error: unknown) => {
            throw connectionFailure(error, url);
          }),
        return: () => chunks.return?.() ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
  };
}
