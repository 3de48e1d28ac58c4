import { Cancelled, type Context, type Prompt } from "./context.ts";

/** The real world: this process's streams, environment, clock and terminal. */
export function processContext(): Context {
  const interruption = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C ends the process at once, as everybody expects.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new Cancelled());
  };
  process.on("SIGINT", interrupt);
  let stdout: typeof process.stdout | undefined;
  return {
    // Getters: each of Node's streams costs start-up time when it is first touched.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return (stdout ??= process.stdout.on("error", endWithReader));
    },
    get stderr() {
      return process.stderr;
    },
    get prompt() {
      const canAsk = process.stderr.isTTY && process.stdin.isTTY && process.env["JPY_PARENT_PID"] === undefined;
      return canAsk ? terminalPrompt() : undefined;
    },
    env: process.env,
    cwd: process.cwd(),
    signal: interruption.signal,
    takeSignals: (listener) => takeSignals(listener, interrupt),
    now: () => new Date(),
    openBrowser,
  };
}

/** A reader that went away (`| head`) is no error. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

/** What somebody may send to a program that runs. SIGWINCH, SIGTSTP and SIGCONT reach it from the terminal. */
const taken: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

function takeSignals(listener: (signal: NodeJS.Signals) => void, interrupt: () => void): Disposable {
  process.off("SIGINT", interrupt);
  const signals = process.platform === "win32" ? taken.slice(0, 3) : taken;
  for (const signal of signals) process.on(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, listener);
      process.on("SIGINT", interrupt);
    },
  };
}

async function openBrowser(url: string): Promise<boolean> {
  const graphical =
    process.platform !== "linux" ||
    process.env["DISPLAY"] !== undefined ||
    process.env["WAYLAND_DISPLAY"] !== undefined;
  if (!graphical || process.env["SSH_CONNECTION"] !== undefined) return false;
  const { default: open } = await import("open");
  const child = await open(url);
  return await new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
  });
}

function terminalPrompt(): Prompt {
  const output = process.stderr;
  return {
    async secret(message) {
      const { password, isCancel } = await import("@clack/prompts");
      const answer = await password({ message, output });
      if (isCancel(answer)) throw new Cancelled();
      return answer;
    },
    async choose(message, choices) {
      const { select, isCancel } = await import("@clack/prompts");
      const options = choices.map(({ label, hint }, value) => ({
        value,
        label,
        ...(hint === undefined ? {} : { hint }),
      }));
      const at = await select({ message, options, output });
      const chosen = isCancel(at) ? undefined : choices[at];
      if (chosen === undefined) throw new Cancelled();
      return chosen.value;
    },
    async confirm(message) {
      const { confirm, isCancel } = await import("@clack/prompts");
      const answer = await confirm({ message, output });
      if (isCancel(answer)) throw new Cancelled();
      return answer;
    },
  };
}
