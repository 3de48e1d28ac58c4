import fs from "node:fs";
import { availableParallelism } from "node:os";
import type { SmallFile } from "../transfer/folder.ts";
import { formatMtime } from "../transfer/mtime.ts";
import { type Buffers, isShared } from "./buffers.ts";
import type { Pace } from "./pace.ts";
import { temporaryBeside } from "./write-file.ts";
import { type WriteThread, writeThread, writeWhole } from "./write-thread.ts";

/**
 * Reads a file of at most so many bytes in the foreground; undefined when it is larger, changes meanwhile, or the disk is
 * slow. Whoever gets undefined, or an error of the system, tries the usual way.
 */
export function readSmall(path: string, mostBytes: number, pace: Pace, buffers: Buffers): SmallFile | undefined {
  if (!pace.isFast) return undefined;
  return pace.timed(() => {
    const file = fs.openSync(path, "r");
    try {
      const before = fs.fstatSync(file, { bigint: true });
      const size = Number(before.size);
      if (!before.isFile() || size > mostBytes) return undefined;
      const buffer = buffers.take(size);
      if (fs.readSync(file, buffer, 0, size, 0) !== size) return undefined;
      const after = fs.fstatSync(file, { bigint: true });
      if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) return undefined;
      const release = (): void => buffers.giveBack(buffer);
      return { bytes: buffer.subarray(0, size), mtime: formatMtime(before.mtimeNs), release };
    } finally {
      fs.closeSync(file);
    }
  });
}

/** So many files are written here before another thread is worth its start. */
const filesHere = 64;
/** As many wait for the other thread at most: what comes then is written here, so that neither is idle. */
const mostPending = 32;
/** Larger ones would hold too much memory while they wait. */
const largestShared = 256 * 1024;

/** Writes whole files, under temporary names first. Rejects with the system's errors. */
export type WriteSmall = (path: string, bytes: Uint8Array, modifiedMs: number) => Promise<void> | void;

/**
 * Writes in the foreground; what is in shared memory also in another thread, where there are many files and several
 * processors.
 */
export function smallWriter(pace: Pace, processors: number = availableParallelism()): WriteSmall {
  let written = 0;

  function threadFor(bytes: Uint8Array): WriteThread | undefined {
    if (written < filesHere || processors === 1) return undefined;
    const thread = writeThread();
    const isFree = thread.isUp && thread.pending < mostPending;
    return isFree && isShared(bytes) && bytes.byteLength <= largestShared ? thread : undefined;
  }

  return (path, bytes, modifiedMs) => {
    const job = { temporary: temporaryBeside(path), path, bytes, modifiedMs };
    const thread = threadFor(bytes);
    if (thread !== undefined) return thread.write(job).then(pace.took);
    written++;
    return pace.timed(() => writeWhole(fs, job));
  };
}
