import { Failure, type FailureKind, StoreError, type StoreErrorCode, visible } from "@fedbucket/client";
import { Cancelled, type Context } from "./context.ts";
import { hideSecrets } from "./hide-secrets.ts";

/** The one table of exit codes; `docs/commands.md` shows it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  denied: 4,
  "not-found": 5,
  /** EX_TEMPFAIL of sysexits.h. */
  later: 75,
  /** As rsync says "partial transfer due to error". */
  partial: 23,
  /** 128 + SIGINT, as shells do. */
  interrupted: 130,
} as const satisfies Record<FailureKind | "ok" | "interrupted", number>;

const storeKinds: Partial<Record<StoreErrorCode, FailureKind>> = {
  STORE_NOT_FOUND: "not-found",
  STORE_NO_BUCKET: "not-found",
  STORE_DENIED: "denied",
  STORE_UNAUTHENTICATED: "denied",
  STORE_BAD_NAME: "usage",
  STORE_BUSY: "later",
};

const storeCures: Partial<Record<StoreErrorCode, string>> = {
  STORE_NOT_FOUND: "See what is there: fedbucket ls",
  STORE_NO_BUCKET: "See your buckets: fedbucket ls",
  STORE_DENIED: "See what you may do: fedbucket status",
  STORE_UNAUTHENTICATED: "Find the broken link: fedbucket doctor",
  STORE_EXISTS: "Choose another name.",
  STORE_CHANGED: "Run the command again.",
  STORE_NOT_EMPTY: "See what is in it, remove that first: fedbucket ls s3://BUCKET; fedbucket rm s3://BUCKET/NAME",
  STORE_BAD_NAME: "Bucket names are 3 to 63 lower-case letters, digits and hyphens; object names at most 1,024 bytes.",
  STORE_QUOTA: "Make room, or ask the site for more: fedbucket status",
  STORE_CORRUPT: "Run the command again. If it happens again, tell the site.",
  STORE_BUSY: "Run the command again in a while.",
  STORE_FAILED: "Find the broken link: fedbucket doctor",
};

/** Turns anything thrown into one {@link Failure}, without losing the cause. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof StoreError) {
    const usual = storeCures[error.code];
    const cure = error.cure.length > 0 || usual === undefined ? error.cure : [usual];
    return new Failure(error.code, storeKinds[error.code] ?? "failed", error.message, {
      cause: error,
      cure,
      ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure("INTERNAL", "failed", message, {
    cause: error,
    cure: ["This looks like a defect in fedbucket. Run the command again with --debug and report what it prints."],
  });
}

/** A program that was run for the person ended, and said what there is to say. */
export class ProgramEnded extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the program ended with ${exitCode}`);
    this.name = "ProgramEnded";
    this.exitCode = exitCode;
  }
}

/** Names from servers and of files may hold anything. */
const printable = (text: string): string => hideSecrets(text).split("\n").map(visible).join("\n");

/** Prints a failure to stderr, in words or as one JSON object, and returns its exit code. */
export function reportFailure(error: unknown, context: Context, options: { json: boolean }): number {
  if (error instanceof ProgramEnded) return error.exitCode;
  if (error instanceof Cancelled || context.signal.aborted) {
    context.stderr.write("Interrupted.\n");
    return exitCodes.interrupted;
  }
  const failure = toFailure(error);
  const { code, requestId } = failure;
  const [message = "", ...cure] = [failure.message, ...failure.cure].map(printable);
  if (options.json) {
    context.stderr.write(`${JSON.stringify({ error: { code, message, cure, requestId } })}\n`);
  } else {
    const lines = [`error: ${message}`, ...cure.map((line) => `  ${line}`)];
    if (requestId !== undefined) lines.push(`  (request id ${requestId})`);
    context.stderr.write(`${lines.join("\n")}\n`);
  }
  return exitCodes[failure.kind];
}
