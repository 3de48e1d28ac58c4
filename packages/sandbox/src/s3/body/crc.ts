/** A checksum that takes bytes as they come. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The value as S3 writes it: base64 of the big-endian bytes. */
  base64(): string;
}

const SLICES = 8;

/** CRC-32C (Castagnoli), reflected, eight bytes at a time. */
const CRC32C = slicedTables32(0x82f63b78);

function slicedTables32(polynomial: number): Int32Array {
  const tables = new Int32Array(SLICES * 256);
  for (let n = 0; n < 256; n += 1) {
    let crc = n;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[n] = crc;
  }
  for (let n = 256; n < tables.length; n += 1) {
    const before = tables[n - 256]!;
    tables[n] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}

export function crc32c(): Digest {
  let crc = 0xffffffff;
  return {
    update(bytes) {
      crc = advance32(CRC32C, crc, bytes);
    },
    base64: () => base64Of32(~crc >>> 0),
  };
}

function advance32(table: Int32Array, start: number, bytes: Uint8Array): number {
  let crc = start;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += SLICES) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc =
      table[0x700 + (low & 0xff)]! ^
      table[0x600 + ((low >>> 8) & 0xff)]! ^
      table[0x500 + ((low >>> 16) & 0xff)]! ^
      table[0x400 + (low >>> 24)]! ^
      table[0x300 + bytes[at + 4]!]! ^
      table[0x200 + bytes[at + 5]!]! ^
      table[0x100 + bytes[at + 6]!]! ^
      table[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}

export function base64Of32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}
