/** A request as every service of the sandbox sees it. */
export interface ServiceRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark; signatures are made over it. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** Lower-case names; repeated headers joined as Node does. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Ends early with an error when the client goes away. A chunk belongs to whoever takes it. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Scheme and authority the client used, for example `http://127.0.0.1:9000`. */
  readonly origin: string;
}

export interface ServiceResponse {
  readonly status: number;
  /**
   * Names as the real server spells them, since some clients look. Several values of one header (`Set-Cookie`) are
   * joined by a newline, which no value can hold.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks that are iterated belong to the server, which frees them once they are sent. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** One API of the sandbox: a function of a request, with no server inside. */
export type Service = (request: ServiceRequest) => Promise<ServiceResponse>;
