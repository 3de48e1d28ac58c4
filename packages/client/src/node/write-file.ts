import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { Failure } from "../failure.ts";
import { syncFolder, whyNotWritten } from "./disk.ts";

/** How the names of files begin that are not complete yet. Nothing else has such names. */
export const temporaryPrefix = ".fedbucket-";

const random = randomBytes(6).toString("hex");
let count = 0;

/** A name that nothing has, in the same folder. */
export const temporaryBeside = (path: string): string =>
  `${dirname(path)}${sep}${temporaryPrefix}${random}${(count++).toString(36)}`;

/** Smaller chunks are written together. */
const batchBytes = 256 * 1024;

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
  const temporary = temporaryBeside(target);
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

/**
 * Writes in few large pieces, from a position on; default: where the file stands. Looks at no chunk any more once it asks
 * for the next one.
 */
export async function writeAll(
  path: string,
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  position?: number,
): Promise<void> {
  let batch: Buffer | undefined;
  let held = 0;
  let at = position;

  async function write(bytes: Uint8Array): Promise<void> {
    await saying(path, writeWhole(file, bytes, at));
    if (at !== undefined) at += bytes.byteLength;
  }

  for await (const chunk of body) {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (held === 0 && rest.byteLength >= batchBytes) {
        await write(rest);
        break;
      }
      batch ??= Buffer.allocUnsafeSlow(batchBytes);
      const piece = rest.subarray(0, batchBytes - held);
      batch.set(piece, held);
      held += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
      if (held < batchBytes) break;
      await write(batch);
      held = 0;
    }
  }
  if (batch !== undefined && held > 0) await write(batch.subarray(0, held));
}

/** A nearly full disk takes a part, and says so only at the next attempt. */
async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number | undefined): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const at = position === undefined ? null : position + done;
    done += (await file.write(bytes, done, bytes.byteLength - done, at)).bytesWritten;
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
