export type StoreErrorCode =
  | "STORE_NOT_FOUND"
  | "STORE_NO_BUCKET"
  | "STORE_DENIED"
  | "STORE_UNAUTHENTICATED"
  | "STORE_EXISTS"
  | "STORE_CHANGED"
  | "STORE_NOT_EMPTY"
  | "STORE_BAD_NAME"
  | "STORE_QUOTA"
  | "STORE_CORRUPT"
  | "STORE_BUSY"
  | "STORE_NOT_S3"
  | "STORE_FAILED";

interface StoreErrorOptions extends ErrorOptions {
  readonly requestId?: string | undefined;
  readonly cure?: readonly string[];
}

/** What every {@link Store} throws; `cause` is the protocol's own error. The codes are explained at `Store`. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly requestId?: string;
  /** What to do about it at this very store, the last line being the next command to type. */
  readonly cure: readonly string[];

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    this.cure = options.cure ?? [];
    if (options.requestId !== undefined) this.requestId = options.requestId;
  }
}
