import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "../transfer/folder.ts";
import { md5Worker } from "./md5-worker.ts";

/** Above this it pays to hand the work to another thread. */
const largestHere = 4 * 1024 ** 2;

/** MD5 of a part of an open file, 16 bytes. */
export async function md5OfFile(file: FileHandle, { start, end }: ByteRange): Promise<Uint8Array> {
  const bytes = end - start + 1;
  if (bytes > largestHere) return await md5Worker().md5(file.fd, start, end + 1);
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(bytes), 0, bytes, start);
  return createHash("md5").update(buffer.subarray(0, bytesRead)).digest();
}
