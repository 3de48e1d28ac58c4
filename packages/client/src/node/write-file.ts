import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { syncFolder, whyNotWritten } from "./disk.ts";

/** How the names of files begin that are not complete yet. Nothing else has such names. */
export const temporaryPrefix = ".fedbucket-";

/** Chunks are written together once they are this many bytes. */
const batchBytes = 1024 ** 2;

/**
 * Writes a file whole or not at all: into a temporary file beside it, synced, then renamed. An existing file keeps its
 * permissions; a link stays one. What is no regular file, a pipe or `/dev/null`, is written as it is.
 *
 * @param publish Puts the temporary file in its place; default: over whatever is there.
 * @throws Failure `CANNOT_WRITE`; whatever the body throws.
 */
export async function writeFileFrom(
  path: string,
  body: AsyncIterable<Uint8Array>,
  publish: (temporary: string, path: string) => Promise<void> = rename,
): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isFile() === false) return await writeInPlace(path, body);
  const target = existing === undefined ? path : await realpath(path);
  const folder = dirname(target);
  const temporary = join(folder, `${temporaryPrefix}${randomBytes(6).toString("hex")}`);
  const file = await saying(path, open(temporary, "wx", (existing?.mode ?? 0o666) & 0o777));
  try {
    try {
      await writeAll(path, file, body);
      await saying(path, file.sync());
    } finally {
      await file.close();
    }
    await publish(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function writeInPlace(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await saying(path, open(path, "w"));
  try {
    await writeAll(path, file, body);
  } finally {
    await file.close();
  }
}

/** Writes in few large pieces, from a position on; default: where the file stands. */
export async function writeAll(
  path: string,
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  position?: number,
): Promise<void> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  let at = position;
  for await (const chunk of body) {
    batch.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < batchBytes) continue;
    await saying(path, writeBatch(file, batch, bytes, at));
    if (at !== undefined) at += bytes;
    [batch, bytes] = [[], 0];
  }
  if (bytes > 0) await saying(path, writeBatch(file, batch, bytes, at));
}

/** A nearly full disk takes a part, and says so only at the next attempt. */
async function writeBatch(
  file: FileHandle,
  batch: readonly Uint8Array[],
  bytes: number,
  position: number | undefined,
): Promise<void> {
  let { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten === bytes) return;
  const whole = Buffer.concat(batch);
  while (bytesWritten < bytes) {
    const at = position === undefined ? null : position + bytesWritten;
    bytesWritten += (await file.write(whole, bytesWritten, bytes - bytesWritten, at)).bytesWritten;
  }
}

async function saying<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

export function cannotWrite(path: string, error: unknown): Failure {
  const cure = [`See what is there: ls -ld ${dirname(path)}`];
  return new Failure("CANNOT_WRITE", "failed", `${path} cannot be written: ${whyNotWritten(error)}`, {
    cause: error,
    cure,
  });
}
