import { closeSync, fsync, fsyncSync, openSync } from "node:fs";
import { promisify } from "node:util";

const sync = promisify(fsync);

/** Makes a rename in a folder durable. Windows cannot open folders and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    await sync(opened);
  } finally {
    closeSync(opened);
  }
}

/** As {@link syncFolder}, in the foreground. */
export function syncFolderSync(folder: string): void {
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of the path is a file",
  EISDIR: "a folder of that name is there",
  ENAMETOOLONG: "the name is too long",
};

/** The system's reason in words; its code or message where there are none. */
export function whyNotWritten(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? (code || String(error));
}
