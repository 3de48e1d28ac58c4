import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** More than any file that people write secrets into; data files are longer. */
const mostBytes = 10 * 1024 * 1024;

/** What others put there: nobody writes secrets into it by hand, and there is much of it. */
const passedOver = new Set([".git", "node_modules", "__pycache__", ".venv", "venv", "site-packages"]);

/**
 * The text files at and below a path. Links are not followed, data files and what cannot be read are left out.
 *
 * @param leaveOut Folders that are known and are not looked into.
 * @param typed The path as the person named it, for messages.
 * @throws Failure `FILE_NOT_FOUND` when the path itself is not there.
 */
export async function* textFiles(
  path: string,
  leaveOut: readonly string[],
  typed: string = path,
): AsyncGenerator<TextFile> {
  const status = await lstat(path).catch((cause: unknown) => {
    throw new Failure("FILE_NOT_FOUND", "not-found", `${typed} is not there, or not yours to look at`, {
      cause,
      cure: [`Look at it: ls -ld ${typed}`],
    });
  });
  yield* below(path, status, leaveOut);
}

async function* below(
  path: string,
  status: { isDirectory(): boolean; isFile(): boolean; readonly size: number },
  leaveOut: readonly string[],
): AsyncGenerator<TextFile> {
  if (status.isFile()) {
    const text = status.size > mostBytes ? undefined : await readText(path);
    if (text !== undefined) yield { path, text };
    return;
  }
  if (!status.isDirectory() || leaveOut.includes(path)) return;
  const names = await readdir(path).catch(() => []);
  for (const name of names.filter((entry) => !passedOver.has(entry)).sort()) {
    const inner = join(path, name);
    const found = await lstat(inner).catch(() => undefined);
    if (found !== undefined) yield* below(inner, found, leaveOut);
  }
}

/** Undefined for what is no text: it has a zero byte near its beginning. */
async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined || bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString("utf8");
}
