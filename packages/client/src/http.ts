import type { Secret } from "./secret.ts";

/** A request as a plain record: protocol folders make these, and never send them. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "COPY" | "OPTIONS";
  readonly url: string;
  /** Lower-case names. Secret values are revealed only while the bytes are written. */
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body?: RequestBody;
  /**
   * Whether sending it twice does no more than sending it once. Decides if a lost connection or a 503 is retried.
   * Default: true for every method but POST.
   */
  readonly idempotent?: boolean;
}

/** A body that can be sent again: a retry or a new signature opens it anew and gets the same bytes. */
export interface RequestBody {
  readonly bytes: number;
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
