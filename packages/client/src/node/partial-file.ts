import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PartialFile } from "../transfer/folder.ts";
import { md5OfFile } from "./file-md5.ts";
import { codeOf } from "./folder-items.ts";
import { syncFolder } from "./disk.ts";
import { cannotWrite, temporaryPrefix, writeAll } from "./write-file.ts";

export interface PartialOptions {
  readonly key: string;
  /** What is downloaded, and in which version. */
  readonly identity: string;
  readonly bytes: number;
  /** Gives it its name. */
  readonly finish: (temporary: string) => Promise<void>;
}

/**
 * A download in parts: the bytes in a file of a temporary name beside the target, the numbers of complete parts in
 * another, one a line behind a line that says of what. An earlier process's are taken up when they are of the same.
 *
 * @throws Failure `CANNOT_WRITE`
 */
export async function openPartialFile(path: string, options: PartialOptions): Promise<PartialFile> {
  const { identity, bytes, key, finish } = options;
  const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
  const temporary = join(dirname(path), `${temporaryPrefix}${name}.part`);
  const journalPath = `${temporary}s`;
  const head = JSON.stringify({ identity, bytes });
  const done = await readJournal(journalPath, temporary, head);
  const saying = async <T>(work: Promise<T>): Promise<T> =>
    await work.catch((error: unknown) => {
      throw cannotWrite(path, error);
    });
  const file = await saying(open(temporary, done === undefined ? "w+" : "r+"));
  const journal = await saying(open(journalPath, done === undefined ? "w" : "a"));
  if (done === undefined) await saying(journal.writeFile(`${head}\n`));
  const close = async (): Promise<void> => {
    await Promise.all([file, journal].map(async (handle: FileHandle) => await handle.close().catch(() => {})));
  };

  return {
    done: done ?? new Set(),
    async write(chunks, position) {
      await writeAll(path, file, chunks, position);
    },
    async markDone(part) {
      await saying(journal.appendFile(`${part}\n`));
    },
    md5: async (range) => await md5OfFile(temporary, file, range),
    async commit(modifiedMs) {
      await saying(file.truncate(bytes));
      await saying(file.utimes(modifiedMs / 1000, modifiedMs / 1000));
      await saying(file.sync());
      await close();
      await finish(temporary);
      await rm(journalPath, { force: true });
      await syncFolder(dirname(path));
    },
    async leave({ discard }) {
      await close();
      if (discard) await Promise.all([rm(temporary, { force: true }), rm(journalPath, { force: true })]);
    },
  };
}

/** Undefined when there is nothing to go on with. The last line may be torn. */
async function readJournal(path: string, temporary: string, head: string): Promise<ReadonlySet<number> | undefined> {
  try {
    const [first, ...lines] = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    if (first !== head) return undefined;
    await (await open(temporary, "r+")).close();
    return new Set(lines.filter((line) => /^\d+$/.test(line)).map(Number));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw cannotWrite(path, error);
  }
}
