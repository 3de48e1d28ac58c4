import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PartialFile } from "../transfer/folder.ts";
import { digestOfFile } from "./file-digest.ts";
import { digestWorker, type Md5Stream } from "./digest-worker.ts";
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
  /** Told when it has its name, or was left. */
  readonly onEnd: () => void;
}

/**
 * A download in parts: the bytes in a file of a temporary name beside the target, the numbers of complete parts in
 * another, one a line behind a line that says of what. An earlier process's are taken up when they are of the same.
 *
 * @throws Failure `CANNOT_WRITE`
 */
export async function openPartialFile(path: string, options: PartialOptions): Promise<PartialFile> {
  const { identity, bytes, key, finish, onEnd } = options;
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

  // The MD5 of the whole is made from the front while parts still arrive; nothing of it can be had from an earlier process.
  let prefix: Md5Stream | undefined;
  const there = new Map<number, number>();
  let hashedTo = 0;
  let hashing: Promise<void> = Promise.resolve();
  const hashOn = (): Promise<void> => {
    const md5 = prefix;
    if (md5 === undefined) return hashing;
    for (let end = there.get(hashedTo); end !== undefined; end = there.get(hashedTo)) {
      const [from, to] = [hashedTo, end];
      hashedTo = end;
      hashing = hashing.then(() => md5.update(file.fd, from, to));
      hashing.catch(() => {}); // reported when the digest is asked for
    }
    return hashing;
  };

  return {
    done: done ?? new Set(),
    async write(chunks, position) {
      await writeAll(path, file, chunks, position);
    },
    async markDone(part, range) {
      await saying(journal.appendFile(`${part}\n`));
      there.set(range.start, range.end + 1);
      void hashOn();
    },
    hashWhole() {
      if (done === undefined) prefix ??= digestWorker().md5Stream();
    },
    digest: async (algorithm, range) => {
      const isWhole = range.start === 0 && range.end === bytes - 1;
      if (algorithm !== "md5" || !isWhole || prefix === undefined) return await digestOfFile(file, algorithm, range);
      await hashOn();
      return await prefix.digest();
    },
    async commit(modifiedMs) {
      await saying(file.truncate(bytes));
      await saying(file.utimes(modifiedMs / 1000, modifiedMs / 1000));
      await saying(file.sync());
      await close();
      await finish(temporary);
      onEnd();
      await rm(journalPath, { force: true });
      await syncFolder(dirname(path));
    },
    async leave({ discard }) {
      await hashing.catch(() => {});
      await close();
      if (discard) await Promise.all([rm(temporary, { force: true }), rm(journalPath, { force: true })]);
      onEnd();
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
