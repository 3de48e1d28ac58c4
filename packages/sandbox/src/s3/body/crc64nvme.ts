import type { Digest } from "./crc.ts";

// CRC-64/NVME, reflected, as two 32-bit halves: JavaScript has no fast 64-bit integers. Eight bytes at a time.
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;
const HIGH = new Int32Array(8 * 256);
const LOW = new Int32Array(8 * 256);
fillTables();

function fillTables(): void {
  for (let n = 0; n < 256; n += 1) {
    let [high, low] = [0, n];
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry) [high, low] = [high ^ POLYNOMIAL_HIGH, low ^ POLYNOMIAL_LOW];
    }
    [HIGH[n], LOW[n]] = [high, low];
  }
  for (let n = 256; n < HIGH.length; n += 1) {
    const [high, low] = [HIGH[n - 256]!, LOW[n - 256]!];
    LOW[n] = ((low >>> 8) | (high << 24)) ^ LOW[low & 0xff]!;
    HIGH[n] = (high >>> 8) ^ HIGH[low & 0xff]!;
  }
}

export function crc64nvme(): Digest {
  let high = -1;
  let low = -1;
  return {
    update(bytes) {
      [high, low] = advance(high, low, bytes);
    },
    base64() {
      const value = Buffer.alloc(8);
      value.writeInt32BE(~high, 0);
      value.writeInt32BE(~low, 4);
      return value.toString("base64");
    },
  };
}

function advance(startHigh: number, startLow: number, bytes: Uint8Array): [high: number, low: number] {
  let high = startHigh;
  let low = startLow;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const a = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    const b = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
    const i = 0x700 + (a & 0xff);
    const j = 0x600 + ((a >>> 8) & 0xff);
    const k = 0x500 + ((a >>> 16) & 0xff);
    const l = 0x400 + (a >>> 24);
    const m = 0x300 + (b & 0xff);
    const n = 0x200 + ((b >>> 8) & 0xff);
    const o = 0x100 + ((b >>> 16) & 0xff);
    const p = b >>> 24;
    low = LOW[i]! ^ LOW[j]! ^ LOW[k]! ^ LOW[l]! ^ LOW[m]! ^ LOW[n]! ^ LOW[o]! ^ LOW[p]!;
    high = HIGH[i]! ^ HIGH[j]! ^ HIGH[k]! ^ HIGH[l]! ^ HIGH[m]! ^ HIGH[n]! ^ HIGH[o]! ^ HIGH[p]!;
  }
  for (; at < bytes.length; at += 1) {
    const index = (low ^ bytes[at]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[index]!;
    high = (high >>> 8) ^ HIGH[index]!;
  }
  return [high, low];
}
