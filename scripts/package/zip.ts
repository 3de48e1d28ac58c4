import { crc32, deflateRawSync } from "node:zlib";
import { type FileEntry, modeOf } from "./file-entry.ts";

const deflated = 8;
/** UTF-8 names. */
const flags = 0x0800;
/** 2.0: folders and deflate. */
const needed = 20;
/** Made on Unix, so that the high half of the external attributes is a file mode. */
const madeBy = (3 << 8) | needed;
const regularFile = 0o100000;

/**
 * A zip archive of the entries in the given order, the same bytes for the same input. Up to 4 GiB and 65535 entries.
 *
 * @see APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function zip(entries: readonly FileEntry[], date: Date): Buffer {
  const stamp = dosTime(date);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { fields, name, packed } = pack(entry, stamp);
    const local = Buffer.concat([integers([0x04034b50, 4], [needed, 2]), fields, integers([0, 2]), name, packed]);
    const attributes = ((regularFile | modeOf(entry)) << 16) >>> 0;
    const central = integers([0x02014b50, 4], [madeBy, 2], [needed, 2]);
    const rest = integers([0, 2], [0, 2], [0, 2], [0, 2], [attributes, 4], [offset, 4]);
    directory.push(Buffer.concat([central, fields, rest, name]));
    parts.push(local);
    offset += local.length;
  }
  const table = Buffer.concat(directory);
  const count = entries.length;
  const end = integers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [table.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...parts, table, end]);
}

/** The fields that the local header and the central directory share, from the flags to the length of the name. */
function pack({ path, bytes }: FileEntry, stamp: { time: number; day: number }) {
  const name = Buffer.from(path);
  const packed = deflateRawSync(bytes, { level: 9 });
  const fields = integers(
    [flags, 2],
    [deflated, 2],
    [stamp.time, 2],
    [stamp.day, 2],
    [crc32(bytes), 4],
    [packed.length, 4],
    [bytes.length, 4],
    [name.length, 2],
  );
  return { fields, name, packed };
}

/** Two-second steps since 1980, without a time zone: UTC here. */
function dosTime(date: Date): { time: number; day: number } {
  const year = Math.max(date.getUTCFullYear(), 1980);
  return {
    time: (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    day: ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
  };
}

/** Little-endian integers, each with its width in bytes. */
function integers(...fields: readonly (readonly [value: number, width: 2 | 4])[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [, width]) => sum + width, 0));
  let at = 0;
  for (const [value, width] of fields) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
