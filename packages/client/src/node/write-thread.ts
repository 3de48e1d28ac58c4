import fs from "node:fs";
import type { Worker } from "node:worker_threads";

/** One file to be written whole. Its name becomes another one when it is complete. */
export interface WriteJob {
  readonly temporary: string;
  readonly path: string;
  /** In shared memory, which stays as it is until the job is done. */
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** Writes small files in a thread of its own, one after the other, while this one receives. */
export interface WriteThread {
  /** It takes a thirtieth of a second until it works. */
  readonly isUp: boolean;
  /** So many files are handed over and not yet there. */
  readonly pending: number;
  /** Resolves to the milliseconds it took; rejects with the system's errors. */
  write(job: WriteJob): Promise<number>;
}

/**
 * Writes a whole file under a temporary name and renames it. Uses nothing but what it is given: the thread gets its text.
 */
export function writeWhole(disk: typeof fs, { temporary, path, bytes, modifiedMs }: WriteJob): void {
  const file = disk.openSync(temporary, "wx", 0o666);
  let isOpen = true;
  try {
    // A nearly full disk takes a part, and says so only at the next attempt.
    for (let at = 0; at < bytes.byteLength;) at += disk.writeSync(file, bytes, at, bytes.byteLength - at);
    disk.futimesSync(file, modifiedMs / 1000, modifiedMs / 1000);
    isOpen = false;
    disk.closeSync(file);
    disk.renameSync(temporary, path);
  } catch (error) {
    if (isOpen) disk.closeSync(file);
    disk.rmSync(temporary, { force: true });
    throw error;
  }
}

/** Text, so that it works in every packaging: bundled, in a single executable and from source. */
const program = `
const { parentPort } = require("node:worker_threads");
const fs = require("node:fs");
const writeWhole = ${writeWhole.toString()};
parentPort.on("message", (jobs) => {
  parentPort.postMessage(jobs.map((job) => {
    const began = performance.now();
    try {
      writeWhole(fs, job);
      return { ms: performance.now() - began };
    } catch (error) {
      return { error: { ...error, message: error.message } }; // a copy of an Error would lose its code
    }
  }));
});`;

interface Answer {
  readonly ms: number;
  readonly error?: { readonly message: string; readonly code: string };
}

/** Of the other thread; it needs little. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

let shared: WriteThread | undefined;

/** One for the process, started when first needed. It keeps the process alive until what it was given is written. */
export function writeThread(): WriteThread {
  shared ??= startThread();
  return shared;
}

function startThread(): WriteThread {
  const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
  const worker: Worker = new Thread(program, { eval: true, execArgv: [], resourceLimits });
  /** Answers come in the order of the jobs. */
  const waiting: PromiseWithResolvers<number>[] = [];
  let next: WriteJob[] = [];
  let isBusy = false;
  let isUp = false;
  worker.unref();
  worker.once("online", () => (isUp = true));
  worker.on("message", (answers: readonly Answer[]) => {
    for (const { ms, error } of answers) {
      const asked = waiting.shift();
      if (error === undefined) asked?.resolve(ms);
      else asked?.reject(Object.assign(new Error(error.message), error));
    }
    isBusy = false;
    send();
    if (waiting.length === 0) worker.unref();
  });
  worker.on("error", (error: Error) => {
    shared = undefined;
    for (const asked of waiting.splice(0)) asked.reject(error);
  });

  /** Where this thread has time to wait for each, waking the other one costs as much as the work. */
  function writeHere(job: WriteJob): void {
    const asked = waiting.shift();
    const began = performance.now();
    try {
      writeWhole(fs, job);
      asked?.resolve(performance.now() - began);
    } catch (error) {
      asked?.reject(error);
    }
    if (waiting.length === 0) worker.unref();
  }

  /** Each message wakes the other thread, which costs as much as a file: what comes while it is busy goes together. */
  function send(): void {
    const [first] = next;
    if (first === undefined || isBusy) return;
    if (next.length === 1) {
      next = [];
      return writeHere(first);
    }
    isBusy = true;
    worker.postMessage(next);
    next = [];
  }

  return {
    get isUp() {
      return isUp;
    },
    get pending() {
      return waiting.length;
    },
    write(job) {
      const asked = Promise.withResolvers<number>();
      if (waiting.length === 0) worker.ref();
      waiting.push(asked);
      if (next.length === 0) setImmediate(send);
      next.push(job);
      return asked.promise;
    },
  };
}
