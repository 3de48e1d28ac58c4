import { spawn } from "node:child_process";
import { constants } from "node:os";

export interface RunOptions {
  /** The whole environment: nothing of the caller's is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Told of each piece of stderr as it comes. */
  readonly onStderr?: (text: string) => void;
  /** Kills the program after this long; a client that hangs must not hang the suite. Default: 100,000. */
  readonly timeoutMs?: number;
}

export interface Ran {
  /** 128 + n for a program ended by a signal, as shells report it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What came on stdout, byte for byte. */
  readonly bytes: Buffer;
}

/** Runs one program to its end, whatever that is. Rejects only where it cannot be started. */
export function run(command: readonly string[], options: RunOptions): Promise<Ran> {
  const [program = "", ...args] = command;
  const { env, cwd, timeoutMs = 100_000, onStderr } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, timeout: timeoutMs, killSignal: "SIGKILL" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr.push(chunk);
      onStderr?.(chunk.toString());
    });
    child.stdin.on("error", () => undefined); // a program may end before it has read its input
    child.stdin.end(options.input);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const bytes = Buffer.concat(stdout);
      const ended = signal === null ? "" : `(ended by ${signal})\n`; // it could not say so itself
      resolve({
        code: code ?? 128 + constants.signals[signal ?? "SIGKILL"],
        stdout: bytes.toString(),
        stderr: Buffer.concat(stderr).toString() + ended,
        bytes,
      });
    });
  });
}

/** As {@link run}, for a program that must succeed: its own words are in the error. */
export async function mustRun(command: readonly string[], options: RunOptions): Promise<Ran> {
  const ran = await run(command, options);
  if (ran.code === 0) return ran;
  throw new Error(`${command.join(" ")}\nended with ${ran.code}\n${ran.stdout}${ran.stderr}`);
}
