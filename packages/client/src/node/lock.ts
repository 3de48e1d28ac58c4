import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";
import { cannotWrite, isMissing } from "./atomic-write.ts";

/** The holder touches its lock this often... */
const heartbeatMs = 5_000;
/** ...so that one that is not touched while it is watched for this long was left behind, on whatever host. */
const staleMs = 30_000;

/**
 * Waiting processes look at the lock this often at first, and less often the longer they wait: hundreds that look often
 * would leave the one that works no processor.
 */
const shortestPauseMs = 20;
/** Each pause is at most so much longer than the one before, so nobody waits a quarter longer than needed. */
const pauseGrowsMs = 150;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: 120,000. */
  readonly waitMs?: number | undefined;
}

/** A lock that this process holds. */
export interface Lock {
  release(): void;
}

/**
 * Runs the work while no other process holds the same lock file. Not reentrant.
 *
 * @throws Failure `BUSY` when another process holds it for longer than `waitMs`; `CANNOT_WRITE`.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = await acquire(path, options);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function acquire(path: string, { signal, waitMs = 120_000 }: LockOptions): Promise<Lock> {
  const take = lockTaker(path);
  let giveUpAt: number | undefined;
  for (let attempt = 0; ; attempt++) {
    const lock = take();
    if (lock !== undefined) return lock;
    signal?.throwIfAborted();
    giveUpAt ??= performance.now() + waitMs;
    if (performance.now() > giveUpAt) throw busy(path);
    await pauseBefore(attempt);
  }
}

/** Longer with each attempt, and never the same for two processes that began together. */
export const pauseBefore = (attempt: number): Promise<void> => {
  const longest = Math.min(shortestPauseMs * 2 ** attempt, pauseGrowsMs * (attempt + 1));
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
};

/**
 * A function that tries once to get the lock; undefined while another process holds it. Called again and again, it
 * recognises a lock that was left behind.
 */
export function lockTaker(path: string): () => Lock | undefined {
  const isLeftBehind = staleWatch(path);
  return () => {
    const lock = create(path);
    if (lock !== undefined) return lock;
    const stale = isLeftBehind();
    if (stale === undefined) return undefined;
    breakLock(path, stale);
    return create(path);
  };
}

function create(path: string): Lock | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, "wx", 0o600);
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
      return held(path, fstatSync(file).ino);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
    throw cannotWrite(path, error);
  }
}

function held(path: string, ino: number): Lock {
  const heartbeat = setInterval(() => touch(path), heartbeatMs);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      // After a long sleep another process may have taken it for left behind: that one's stays.
      if (fileNumber(path) === ino) rmSync(path, { force: true });
    },
  };
}

function fileNumber(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

/**
 * Tells the file number of a lock whose holder is gone. On this host the process list knows; of another host's holder
 * only that it no longer touches the lock, which is seen by watching: clocks of two hosts may differ.
 */
function staleWatch(path: string): () => number | undefined {
  let seen = { ino: 0, mtimeMs: 0, since: 0 };
  return () => {
    try {
      const { ino, mtimeMs } = statSync(path);
      if (ino !== seen.ino || mtimeMs !== seen.mtimeMs) seen = { ino, mtimeMs, since: performance.now() };
      if (performance.now() - seen.since > staleMs) return ino;
      const { pid, host } = JSON.parse(readFileSync(path, "utf8")) as { pid: number; host: string };
      return host === hostname() && !isAlive(pid) ? ino : undefined;
    } catch (error) {
      // Gone meanwhile, or its holder is just writing it: neither is stale.
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw cannotWrite(path, error);
    }
  };
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
function breakLock(path: string, stale: number): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    if (statSync(path).ino !== stale) return;
    renameSync(path, aside);
    if (statSync(aside).ino === stale) rmSync(aside, { force: true });
    else renameSync(aside, path);
  } catch (error) {
    if (!isMissing(error)) throw cannotWrite(path, error);
  }
}

/** A lock that somebody removed is noticed by nobody but us; the work goes on. */
function touch(path: string): void {
  const now = new Date();
  utimes(path, now, now, () => {});
}

function busy(path: string): Failure {
  return new Failure("BUSY", "later", "another fedbucket is working on the same profile", {
    cure: ["Wait for it and try again. If there is none:", `rm ${path}`],
  });
}
