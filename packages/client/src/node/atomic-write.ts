import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { syncFolderSync, whyNotWritten } from "./disk.ts";

export interface WriteOptions {
  /** Permissions of a new file. An existing one keeps its own unless `enforceMode` is set. */
  readonly mode: number;
  /** The file gets exactly `mode`, whatever it had. */
  readonly enforceMode?: boolean;
  /** Permissions of folders that have to be made. */
  readonly folderMode?: number;
  /**
   * What a power cut can do from then on. True, the default: nothing. `whole`: bring the file of before back, whole as
   * well. False: lose it.
   */
  readonly synced?: boolean | "whole";
  /** The variable that moves the file elsewhere; default `FEDBUCKET_HOME`. */
  readonly movedBy?: string;
}

/**
 * Replaces a file whole or not at all: a temporary file beside it, synced, then renamed. A symbolic link stays one; its
 * target is replaced. In the foreground: other threads would take longer to begin than such a file takes.
 *
 * @throws Failure `CANNOT_WRITE`, with the file and the system's reason.
 */
export async function writeFileAtomically(path: string, text: string, options: WriteOptions): Promise<void> {
  try {
    replace(linkTarget(path), text, options);
  } catch (error) {
    throw cannotWrite(path, error, options.movedBy);
  }
}

function linkTarget(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function replace(path: string, text: string, options: WriteOptions): void {
  const { synced = true } = options;
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, ...(options.folderMode === undefined ? {} : { mode: options.folderMode }) });
  const mode = options.enforceMode === true ? options.mode : modeOf(path, options.mode);
  // Loaded only when something is written: `credentials` mostly reads, and starts faster without.
  const { randomBytes } = process.getBuiltinModule("node:crypto");
  const temporary = join(folder, `.fedbucket-${randomBytes(6).toString("hex")}`);
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(file, text);
      fchmodSync(file, mode);
      if (synced !== false) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (synced === true) syncFolderSync(folder);
}

function modeOf(path: string, otherwise: number): number {
  try {
    return statSync(path).mode & 0o777;
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}

export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

export function cannotWrite(path: string, error: unknown, movedBy = "FEDBUCKET_HOME"): Failure {
  return new Failure("CANNOT_WRITE", "failed", `${path} cannot be written: ${whyNotWritten(error)}`, {
    cause: error,
    cure: [
      "Make room or let it be written; or keep it elsewhere, then run the command again:",
      `export ${movedBy}=/path/to/${movedBy.endsWith("FILE") ? "file" : "folder"}`,
    ],
  });
}
