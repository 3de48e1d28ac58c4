import { randomBytes } from "node:crypto";
import { lstat, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryPrefix } from "./write-file.ts";

/**
 * Accents may be written in two ways: `é` is one character, or an `e` and an accent (Unicode's forms C and D). To HFS+ and
 * APFS both are one name, which HFS+ gives back in form D, however it was made. Names in form C are taken for what they
 * are, there too; others are escaped where the disk does not tell the forms apart, so that each comes back as it was.
 *
 * @see Unicode Standard Annex 15; Apple Technical Note TN1150, "Unicode Subtleties"
 */
export const isComposed = (text: string): boolean => text.normalize("NFC") === text;

/** Finds out by a file that is made for it. */
export async function tellsFormsApart(folder: string): Promise<boolean> {
  const path = join(folder, `${temporaryPrefix}${randomBytes(6).toString("hex")}\u00e9`);
  await writeFile(path, "", { flag: "wx" });
  try {
    return (await lstat(`${path.slice(0, -1)}e\u0301`).catch(() => undefined)) === undefined;
  } finally {
    await rm(path, { force: true });
  }
}

/** What a name that a disk tells is in form C, if that leads to the same file; else the name. */
export async function composed(folder: string, name: string): Promise<string> {
  const other = name.normalize("NFC");
  if (other === name) return name;
  const [one, two] = await Promise.all([name, other].map((each) => lstat(join(folder, each)).catch(() => undefined)));
  return one !== undefined && one.ino === two?.ino && one.dev === two.dev ? other : name;
}
