import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";
import { cannotWrite, isMissing } from "./atomic-write.ts";

/** The holder touches its lock this often... */
const heartbeatMs = 5_000;
/** ...so that one untouched for this long was left behind by a process that was killed, on whatever host. */
const staleMs = 30_000;
const pollMs = 50;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: 120,000. */
  readonly waitMs?: number;
}

/**
 * Runs the work while no other process holds the same lock file. Not reentrant.
 *
 * @throws Failure `BUSY` when another process holds it for longer than `waitMs`; `CANNOT_WRITE`.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await acquire(path, options);
  const heartbeat = setInterval(() => void touch(path), heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string, { signal, waitMs = 120_000 }: LockOptions): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  while (!(await create(path))) {
    signal?.throwIfAborted();
    const stale = await findStale(path);
    if (stale !== undefined) await breakLock(path, stale);
    else if (performance.now() > giveUpAt) throw busy(path);
    else await pause(pollMs);
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "wx", 0o600);
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw cannotWrite(path, error);
  }
}

/** The file number of a lock whose holder is gone; undefined for one that is held. */
async function findStale(path: string): Promise<number | undefined> {
  try {
    const { mtimeMs, ino } = await stat(path);
    if (Date.now() - mtimeMs > staleMs) return ino;
    const { pid, host } = JSON.parse(await readFile(path, "utf8")) as { pid: number; host: string };
    return host === hostname() && !isAlive(pid) ? ino : undefined;
  } catch (error) {
    // Gone meanwhile, or its holder is just writing it: neither is stale.
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw cannotWrite(path, error);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** By renaming: of several that see the same stale lock, one gets it. A lock made meanwhile is put back. */
async function breakLock(path: string, stale: number): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
    if ((await stat(aside)).ino !== stale) await link(aside, path);
    await rm(aside, { force: true });
  } catch (error) {
    if (!isMissing(error)) throw cannotWrite(path, error);
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  // A lock that somebody removed is noticed by nobody but us; the work goes on.
  await utimes(path, now, now).catch(() => undefined);
}

function busy(path: string): Failure {
  return new Failure("BUSY", "later", "another fedbucket is working on the same profile", {
    cure: [`Wait for it and try again. If there is none, remove ${path}`],
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
