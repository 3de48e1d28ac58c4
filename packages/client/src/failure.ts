/** How a failure ends for the caller; the command line turns it into an exit code. */
export type FailureKind =
  /** Exit 1. */
  | "failed"
  /** Exit 2: the call itself is wrong. */
  | "usage"
  /** Exit 4: not signed in, or not allowed. */
  | "denied"
  /** Exit 5: what was named does not exist. */
  | "not-found"
  /** Exit 75: trying again later may work. */
  | "later"
  /** Exit 23: some of many failed. */
  | "partial";

export interface FailureOptions extends ErrorOptions {
  /** What to do about it, the last line being the next command to type. */
  readonly cure: readonly string[];
  /** `x-openstack-request-id` or `x-amz-request-id` of the answer, for the site's support. */
  readonly requestId?: string;
}

/**
 * A failure in words for the person in front of it: what is wrong (`message`), why (`cause`), what to do (`cure`).
 * Its `code` is stable and documented in `docs/troubleshooting.md`; it never holds a secret.
 */
export class Failure extends Error {
  readonly code: string;
  readonly kind: FailureKind;
  readonly cure: readonly string[];
  readonly requestId?: string;

  constructor(code: string, kind: FailureKind, message: string, options: FailureOptions) {
    super(message, options);
    this.name = "Failure";
    this.code = code;
    this.kind = kind;
    this.cure = options.cure;
    if (options.requestId !== undefined) this.requestId = options.requestId;
  }
}
