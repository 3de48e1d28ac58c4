import { createWriteStream, mkdirSync, readdirSync, rmSync, statSync, type WriteStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { cannotRead, fedbucketPaths } from "@fedbucket/client/node";
import type { Context } from "../context.ts";

/** Lists that nobody has used for so long are removed. */
const keptDays = 30;

/** A file of what failed, made with the first failure: one JSON object a line, for `--from-file`. */
export interface FailedList {
  add(failure: { readonly key: string; readonly code: string; readonly message: string }): void;
  /** Its path; undefined when nothing failed. */
  close(): Promise<string | undefined>;
  /** Nobody will be told of it. */
  discard(): Promise<void>;
}

export function failedList({ env, now }: Context): FailedList {
  let stream: WriteStream | undefined;
  let path: string | undefined;
  async function close(): Promise<string | undefined> {
    await new Promise<void>((done) => (stream === undefined ? done() : stream.end(done)));
    return path;
  }
  return {
    add({ key, code, message }) {
      if (stream === undefined) {
        const folder = join(fedbucketPaths(env).state, "failed");
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        removeOld(folder, now());
        const time = now().toISOString().replace(/[:.]/g, "-");
        path = join(folder, `${time}-${process.pid}.jsonl`);
        stream = createWriteStream(path, { mode: 0o600 });
      }
      stream.write(`${JSON.stringify({ key, code, message })}\n`);
    },
    close,
    async discard() {
      const left = await close();
      if (left !== undefined) await rm(left, { force: true });
    },
  };
}

function removeOld(folder: string, now: Date): void {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  for (const path of names.map((name) => join(folder, name))) {
    const age = now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime());
    if (age > keptDays * 86_400_000) rmSync(path, { force: true });
  }
}

/** The names in a file, or in a list of failures. Empty lines are left out. */
export async function* readNames(context: Context, file: string): AsyncGenerator<string> {
  const handle = file === "-" ? undefined : await opened(context, file);
  try {
    const input = handle?.createReadStream({ autoClose: false }) ?? context.stdin;
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== "") yield nameIn(line);
    }
  } finally {
    await handle?.close();
  }
}

function nameIn(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { key } = JSON.parse(line) as { key?: unknown };
    return typeof key === "string" ? key : line;
  } catch {
    return line;
  }
}

async function opened({ cwd }: Context, file: string): Promise<FileHandle> {
  return await open(resolve(cwd, file)).catch((error: unknown) => {
    throw cannotRead(file, error);
  });
}
