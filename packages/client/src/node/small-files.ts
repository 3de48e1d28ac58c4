import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { dirname, join } from "node:path";
import type { SmallFile } from "../transfer/folder.ts";
import { formatMtime } from "../transfer/mtime.ts";
import type { Buffers } from "./buffers.ts";
import type { Pace } from "./pace.ts";
import { temporaryPrefix } from "./write-file.ts";

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

/** Writes a whole file under a temporary name and renames it, in the foreground. Throws the system's errors. */
export function writeSmall(path: string, bytes: Uint8Array, modifiedMs: number, pace: Pace): void {
  pace.timed(() => {
    const temporary = join(dirname(path), `${temporaryPrefix}${randomBytes(6).toString("hex")}`);
    const file = fs.openSync(temporary, "wx", 0o666);
    try {
      writeAllOf(file, bytes);
      fs.futimesSync(file, modifiedMs / 1000, modifiedMs / 1000);
      fs.closeSync(file);
      fs.renameSync(temporary, path);
    } catch (error) {
      closeQuietly(file);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function closeQuietly(file: number): void {
  try {
    fs.closeSync(file);
  } catch {
    // closed already
  }
}

/** A nearly full disk takes a part, and says so only at the next attempt. */
function writeAllOf(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += fs.writeSync(file, bytes, at, bytes.byteLength - at);
}
