import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { path } from "./places.ts";

/** A server process, recorded so that a later run finds it and nobody else's is ever stopped. */
interface Running {
  readonly pid: number;
  /** Kernel clock ticks after boot: a process id may be used again, the pair is not. */
  readonly startedAt: string;
  /** Of the command and its configuration; another one means a restart. */
  readonly fingerprint: string;
}

export interface StartOptions {
  /** Files whose change needs a restart. */
  readonly configs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server in the background, unless it runs already with the same command and configuration. */
export async function startService(
  name: string,
  command: readonly string[],
  options: StartOptions = {},
): Promise<void> {
  const fingerprint = fingerprintOf(command, options);
  const running = find(name);
  if (running?.fingerprint === fingerprint) return;
  if (running) await stopService(name);
  mkdirSync(path("log"), { recursive: true });
  mkdirSync(path("run"), { recursive: true });
  const log = openSync(logFile(name), "a", 0o600);
  const [program = "", ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log], env: environment(options.env) });
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.unref();
  const { pid = 0 } = child;
  const record: Running = { pid, startedAt: startTime(pid) ?? "", fingerprint };
  writeFileSync(recordFile(name), JSON.stringify(record));
}

/** Ends the process group that {@link startService} started; nothing happens when it is gone already. */
export async function stopService(name: string): Promise<void> {
  const running = find(name);
  if (running) {
    process.kill(-running.pid, "SIGTERM");
    const gone = await until(20, () => Promise.resolve(find(name) === undefined));
    if (!gone) process.kill(-running.pid, "SIGKILL");
  }
  rmSync(recordFile(name), { force: true });
}

/** Sends its first process a signal; it goes on, or starts anew under the same id. */
export function signalService(name: string, signal: NodeJS.Signals): void {
  const running = find(name);
  if (running === undefined) throw new Error(`${name} is not running`);
  process.kill(running.pid, signal);
}

export const isRunning = (name: string): boolean => find(name) !== undefined;

/** Waits until the server answers `ready`; fails with the end of its log when it stops or takes too long. */
export async function waitForService(name: string, ready: () => Promise<boolean>, seconds = 60): Promise<void> {
  const answered = await until(seconds, async () => !isRunning(name) || (await ready()));
  if (answered && isRunning(name)) return;
  const end = readFileSync(logFile(name), "utf8").trimEnd().split("\n").slice(-10).join("\n");
  throw new Error(
    `${name} ${answered ? "stopped" : `does not answer after ${seconds} s`}; ${logFile(name)} ends:\n${end}`,
  );
}

/** True when something speaks HTTP there, whatever it says. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "manual" });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end and returns what it printed. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const promise = promisify(execFile)(program, args, { cwd: options.cwd, env: environment(options.env) });
  promise.child.stdin?.on("error", () => undefined); // a program may end before it has read its input
  promise.child.stdin?.end(options.input ?? "");
  try {
    return (await promise).stdout;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(`${program} ${args[0] ?? ""} failed: ${stderr.trim() || String(error)}`, { cause: error });
  }
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Debian's own programs, never a shim from the caller's PATH. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", HOME: path("run"), ...extra };
}

async function until(seconds: number, done: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await done())) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}

function find(name: string): Running | undefined {
  if (!existsSync(recordFile(name))) return undefined;
  const record = JSON.parse(readFileSync(recordFile(name), "utf8")) as Running;
  return startTime(record.pid) === record.startedAt ? record : undefined;
}

/** Field 22 of `/proc/PID/stat`, counted after the command's name, which may hold spaces. Undefined for a zombie. */
function startTime(pid: number): string | undefined {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state === "Z" ? undefined : fields[18];
  } catch {
    return undefined; // it is gone
  }
}

function fingerprintOf(command: readonly string[], { configs = [], env = {} }: StartOptions): string {
  const hash = createHash("sha256").update(JSON.stringify([command, env]));
  for (const file of configs) hash.update(readFileSync(file));
  return hash.digest("hex");
}

const recordFile = (name: string): string => path("run", `${name}.json`);
const logFile = (name: string): string => path("log", `${name}.log`);
