import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "@fedbucket/client";
import { cannotWrite } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { selfCommand } from "../self.ts";
import { type Published, readPublished } from "./running.ts";

const patienceMs = 30_000;

/**
 * Starts `sandbox up` with these arguments in the background and resolves when it is ready. What it has to say goes to
 * `sandbox.log` in the state folder.
 *
 * @throws Failure `SANDBOX_FAILED`, with the end of that log; `CANNOT_WRITE`
 */
export async function startDetached(
  context: Context,
  stateFolder: string,
  args: readonly string[],
): Promise<Published> {
  const log = join(stateFolder, "sandbox.log");
  const out = openLog(stateFolder, log);
  const [program, ...before] = thisProgram();
  const child = spawn(program, [...before, "sandbox", "up", "--json", ...args], {
    detached: true,
    stdio: ["ignore", "ignore", out],
    env: neededOf(context.env),
    cwd: context.cwd,
    windowsHide: true,
  });
  closeSync(out);
  const ended = new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(`it ended with ${signal ?? code}`));
  });
  try {
    return await ready(context, stateFolder, child.pid, ended);
  } catch (error) {
    child.kill();
    throw failed(log, await tail(log), error);
  } finally {
    child.unref();
  }
}

function openLog(folder: string, log: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openSync(log, "w", 0o600);
  } catch (error) {
    throw cannotWrite(log, error);
  }
}

async function ready(
  context: Context,
  stateFolder: string,
  pid: number | undefined,
  ended: Promise<string>,
): Promise<Published> {
  let problem: string | undefined;
  void ended.then((reason) => (problem = reason));
  for (const began = Date.now(); Date.now() - began < patienceMs;) {
    const published = await readPublished(stateFolder);
    if (published !== undefined && published.pid === pid) return published;
    if (problem !== undefined) throw new Error(problem);
    context.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it was not ready within 30 seconds");
}

/** Where things are, and the language. Tokens and keys of the environment must not live on in a process that needs none. */
const needed =
  /^(PATH|HOME|FEDBUCKET_HOME|XDG_\w+|TMPDIR|TMP|TEMP|TZ|LANG|LC_\w+|NODE_\w+|USERPROFILE|\w*APPDATA|SYSTEMROOT)$/i;

const neededOf = (env: Context["env"]): Context["env"] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => needed.test(name)));

/** This very program: its sources when they run as such, else the built bundle or executable. */
function thisProgram(): readonly [string, ...string[]] {
  if (!import.meta.filename.endsWith(".ts")) return selfCommand();
  return [process.execPath, "--conditions=source", resolve(import.meta.dirname, "../bin.ts")];
}

async function tail(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-20).join("\n");
}

/** The background process's own failure is one JSON line; its words are better than ours. */
function failed(log: string, said: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  try {
    const { error } = JSON.parse(said.split("\n").at(-1) ?? "") as {
      error: { code: string; message: string; cure: string[] };
    };
    return new Failure(error.code, "failed", error.message, { cause, cure: error.cure });
  } catch {
    return new Failure("SANDBOX_FAILED", "failed", `the sandbox did not start: ${reason}`, {
      cause,
      cure: [...(said === "" ? [] : [said]), `Its log: ${log}`, "See it start: fedbucket sandbox up"],
    });
  }
}
