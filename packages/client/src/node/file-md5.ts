import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "../transfer/folder.ts";

const chunkBytes = 1024 ** 2;

/** MD5 of a part of a file, 16 bytes. */
export async function md5OfFile(_path: string, file: FileHandle, { start, end }: ByteRange): Promise<Uint8Array> {
  const md5 = createHash("md5");
  const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(1, end - start + 1)));
  for (let position = start; position <= end;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position + 1), position);
    if (bytesRead === 0) break;
    md5.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return md5.digest();
}
