import { type FileHandle, open } from "node:fs/promises";
import type { RequestBody } from "../http.ts";
import type { ByteRange, SourceFile } from "../transfer/folder.ts";
import { formatMtime } from "../transfer/mtime.ts";
import { reusedBuffers } from "./buffers.ts";
import { cannotRead } from "./cannot-read.ts";
import { digestOfFile } from "./file-digest.ts";

const chunkBytes = 256 * 1024;
const buffers = reusedBuffers();

/** A file that stays open while it is copied: what is renamed or removed meanwhile is still read to its end. */
export async function openSource(path: string): Promise<SourceFile> {
  const file = await open(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    const fingerprint = await fingerprintOf(file);
    const bytes = Number(size);
    return {
      bytes,
      mtime: formatMtime(mtimeNs),
      fingerprint,
      read: async () => await readWhole(file, bytes),
      body: (range = { start: 0, end: bytes - 1 }) => bodyOf(file, range),
      digest: async (algorithm, range = { start: 0, end: bytes - 1 }) => await digestOfFile(file, algorithm, range),
      isUnchanged: async () => (await fingerprintOf(file)) === fingerprint,
      close: async () => await file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Not the time of the last change of its status, so that a link made to it or a chmod does not matter. */
async function fingerprintOf(file: FileHandle): Promise<string> {
  const { size, mtimeNs, ino } = await file.stat({ bigint: true });
  return `${size.toString(16)}-${mtimeNs.toString(16)}-${ino.toString(16)}`;
}

async function readWhole(file: FileHandle, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Lends its chunks: each is read into the memory of the one before. */
function bodyOf(file: FileHandle, { start, end }: ByteRange): RequestBody {
  return {
    bytes: end - start + 1,
    async *open() {
      const buffer = buffers.take(chunkBytes);
      for (let position = start; position <= end;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(chunkBytes, end - position + 1), position);
        if (bytesRead === 0) break;
        yield buffer.subarray(0, bytesRead);
        position += bytesRead;
      }
      buffers.giveBack(buffer); // not where the reader left early: what it was writing may still be under way
    },
  };
}
