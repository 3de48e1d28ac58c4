import { gunzipSync, gzipSync } from "node:zlib";
import { type FileEntry, modeOf } from "./file-entry.ts";

const block = 512;

/**
 * A gzipped tar archive of the entries in the given order, owned by nobody in particular, the same bytes for the same input.
 *
 * @throws RangeError when a path is longer than the 100 bytes of a plain header
 * @see POSIX.1-2017 pax, "ustar Interchange Format"
 */
export function tarGz(entries: readonly FileEntry[], date: Date): Buffer {
  const parts = entries.flatMap((entry) => [header(entry, date), entry.bytes, padding(entry.bytes.length)]);
  const packed = gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 9 });
  packed[9] = 255; // "operating system unknown", which zlib fills in by platform
  return packed;
}

function header(entry: FileEntry, date: Date): Buffer {
  const bytes = Buffer.alloc(block);
  if (Buffer.byteLength(entry.path) > 100) throw new RangeError(`path too long for the archive: ${entry.path}`);
  const octal = (value: number, at: number, width: number): unknown =>
    bytes.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
  bytes.write(entry.path, 0);
  octal(modeOf(entry), 100, 8);
  octal(0, 108, 8); // owner
  octal(0, 116, 8); // group
  octal(entry.bytes.length, 124, 12);
  octal(Math.floor(date.getTime() / 1000), 136, 12);
  bytes.write("        ", 148); // the checksum counts itself as spaces
  bytes.write("0", 156); // a regular file
  bytes.write("ustar\x0000", 257); // magic and version
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

const padding = (length: number): Buffer => Buffer.alloc((block - (length % block)) % block);

/**
 * One file out of a gzipped tar archive.
 *
 * @throws Error when it is not there
 */
export function readTarGz(archive: Buffer, path: string): Buffer {
  const bytes = gunzipSync(archive);
  for (let at = 0; at + block <= bytes.length;) {
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 136), 8) || 0;
    if (name === path) return bytes.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  throw new Error(`the archive holds no ${path}`);
}
