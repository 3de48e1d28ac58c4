const watchParentMs = 1_000;
const ending = new AbortController();

/**
 * Aborted by Ctrl-C, by SIGTERM, and when whoever started this is gone, as npm may be killed without passing it on. What
 * waits fails then, so that servers are ended and folders removed on the way out. A second signal ends it at once.
 */
export const interrupted: AbortSignal = ending.signal;

export class Interruption extends Error {
  /** As shells count. */
  readonly exitCode: number;

  constructor(signal: "SIGHUP" | "SIGINT" | "SIGTERM") {
    super(`interrupted by ${signal}`);
    this.exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
  }
}

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
  process.once(signal, () => ending.abort(new Interruption(signal)));

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) ending.abort(new Interruption("SIGHUP"));
}, watchParentMs).unref();
