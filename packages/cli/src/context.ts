import type { Readable } from "node:stream";

/** Everything a command touches of the world, so that tests run `main` in process. */
export interface Context {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Signals go to the listener, and no longer end this process or abort `signal`, until what is returned is disposed of.
   * Absent in tests.
   */
  readonly takeSignals?: (listener: (signal: NodeJS.Signals) => void) => Disposable;
  readonly now: () => Date;
  /** Opens a page in the person's browser; false where there is none. */
  readonly openBrowser: (url: string) => Promise<boolean>;
  /** Absent where nobody can answer: no terminal, or a Jupyter kernel. */
  readonly prompt?: Prompt | undefined;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(chunk: string | Uint8Array): boolean;
  /** Whether more is waiting to be read than should be. */
  readonly writableNeedDrain?: boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** Questions to a person at a terminal. Each rejects with {@link Cancelled} on Ctrl-C. */
export interface Prompt {
  /** Typed or pasted without echo. */
  secret(message: string): Promise<string>;
  choose<T>(message: string, choices: readonly { value: T; label: string; hint?: string }[]): Promise<T>;
  confirm(message: string): Promise<boolean>;
}

/** The person pressed Ctrl-C. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled");
    this.name = "Cancelled";
  }
}
