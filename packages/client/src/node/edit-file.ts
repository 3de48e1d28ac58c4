import { copyFileSync, rmSync } from "node:fs";
import { cannotWrite, writeFileAtomically } from "./atomic-write.ts";
import { readIfThere } from "./state.ts";

export interface FileEdited {
  readonly changed: boolean;
  /** The copy that was made the first time something was changed. */
  readonly backup?: string;
}

/**
 * Changes a file of the person's. A file of which nothing is left is removed: nobody but us wrote it.
 *
 * @param movedBy The variable that moves the file elsewhere.
 * @throws Failure `CANNOT_READ`, `CANNOT_WRITE`, and what `edit` throws; the file is then as it was.
 */
export async function editFile(file: string, edit: (text: string) => string, movedBy?: string): Promise<FileEdited> {
  const before = (await readIfThere(file)) ?? "";
  const after = edit(before);
  if (after === before) return { changed: false };
  if (after.trim() === "") {
    try {
      rmSync(file);
    } catch (error) {
      throw cannotWrite(file, error, movedBy);
    }
    return { changed: true };
  }
  const backup = await replaceFile(file, before, after, movedBy);
  return { changed: true, ...(backup === undefined ? {} : { backup }) };
}

/** Every text of ours in a file of the person's begins with such a line; a file that has one was changed before. */
const ourMark = /(# fedbucket wrote |>>> fedbucket )/;

/** Returns the backup's name when one was made: of the file as it was before anything of ours was in it. */
export async function replaceFile(
  file: string,
  before: string,
  after: string,
  movedBy?: string,
): Promise<string | undefined> {
  if (after === before) return undefined;
  const backup = `${file}.before-fedbucket`;
  const first = before !== "" && !ourMark.test(before) && (await readIfThere(backup)) === undefined;
  if (first) {
    try {
      copyFileSync(file, backup);
    } catch (error) {
      throw cannotWrite(backup, error, movedBy);
    }
  }
  const moved = movedBy === undefined ? {} : { movedBy };
  await writeFileAtomically(file, after, { mode: 0o600, folderMode: 0o700, synced: "whole", ...moved });
  return first ? backup : undefined;
}
