import type { PackedText } from "../packed-text.ts";
import { slicer } from "../utf8.ts";

const [percent, plus, space, firstNonAscii] = [37, 43, 32, 128];
const encoder = new TextEncoder();

/** AWS and MinIO write a space as `+`, RGW and Swift as `%20`; all write a plus as `%2B`. */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.includes("+") ? name.replaceAll("+", " ") : name);
  } catch {
    return name;
  }
}

/** The same for many names, where they are. */
export function decodeNames(names: PackedText): void {
  names.rewrite((bytes, start, end, to) => {
    if (isEncodedAscii(bytes, start, end)) return [decodeAscii(bytes, start, end, to), true];
    const name = decodeName(slicer(bytes)(start, end, false));
    const { written: length } = encoder.encodeInto(name, bytes.subarray(to, end));
    return [to + length, length === name.length];
  });
}

/** Whether all is ASCII, also once it is decoded, and encoded well. */
function isEncodedAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= firstNonAscii) return false;
    if (byte === percent && !(at + 2 < end && encodedByte(bytes, at) < firstNonAscii)) return false;
  }
  return true;
}

/** Returns where what was written ends. */
function decodeAscii(bytes: Uint8Array, start: number, end: number, to: number): number {
  let written = to;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    bytes[written++] = byte === plus ? space : byte === percent ? encodedByte(bytes, at) : byte;
    if (byte === percent) at += 2;
  }
  return written;
}

/** Of `%2F`; not a number when it is none. */
function encodedByte(bytes: Uint8Array, at: number): number {
  return 16 * hexDigit(bytes[at + 1] ?? 0) + hexDigit(bytes[at + 2] ?? 0);
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : Number.NaN;
}
