import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Context } from "../context.ts";
import { ProgramEnded } from "../exit.ts";

/** From a terminal these reach the program without us, since it is in the same process group. */
const fromKeyboard: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/**
 * Runs a program with this process's input and output to its end. Signals are handed on to it.
 *
 * @returns Its exit code, as shells tell it: 128 + n when signal n ended it.
 * @throws ProgramEnded 127 or 126 when it is not there or cannot be run
 */
export async function runProgram(
  context: Context,
  [program = "", ...args]: readonly string[],
  env: Record<string, string>,
): Promise<number> {
  // Before it starts: the program may be heard of, and a signal sent, before this process runs on.
  using _ = context.takeSignals?.((signal) => {
    if (!(context.stdin.isTTY === true && fromKeyboard.includes(signal))) child.kill(signal);
  });
  const child = spawn(program, args, { env, cwd: context.cwd, stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(notStarted(context, program, error)));
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** @see POSIX, Shell Command Language, "Exit Status for Commands" */
function notStarted({ stderr }: Context, program: string, error: Error): Error {
  const isMissing = "code" in error && error.code === "ENOENT";
  stderr.write(`error: ${program}: ${isMissing ? "there is no such program" : "it cannot be run"}\n`);
  return new ProgramEnded(isMissing ? 127 : 126);
}
