import type { FileHandle } from "node:fs/promises";
import type { Checksum } from "../crypto.ts";
import type { ByteRange } from "../transfer/folder.ts";
import { nodeCrypto } from "./crypto.ts";
import { digestWorker } from "./digest-worker.ts";

/** Above this it pays to hand the work to another thread. */
const largestHere = 4 * 1024 ** 2;

/** A checksum of a part of an open file. */
export async function digestOfFile(
  file: FileHandle,
  algorithm: Checksum["algorithm"],
  { start, end }: ByteRange,
): Promise<Uint8Array> {
  const bytes = end - start + 1;
  if (bytes > largestHere) return await digestWorker().digest(algorithm, file.fd, start, end + 1);
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(bytes), 0, bytes, start);
  const digest = nodeCrypto()[algorithm]();
  digest.update(buffer.subarray(0, bytesRead));
  return digest.digest();
}
