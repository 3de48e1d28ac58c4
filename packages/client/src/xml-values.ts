const [zero, nine, dash, capitalT, capitalZ, dot, colon] = [48, 57, 45, 84, 90, 46, 58];

/** A whole number written in decimal digits; undefined for anything else. */
export function readDigits(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (start >= end) return undefined;
  let number = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > nine) return undefined;
    number = number * 10 + byte - zero;
  }
  return number;
}

/** `2026-11-23T18:29:54.771Z`, with three digits of a second or none, in ms since 1970; undefined for anything else. */
export function readIsoTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  const hasMs = length === 24 && bytes[start + 19] === dot;
  if ((!hasMs && length !== 20) || bytes[end - 1] !== capitalZ || bytes[start + 10] !== capitalT) return undefined;
  if (bytes[start + 4] !== dash || bytes[start + 7] !== dash) return undefined;
  if (bytes[start + 13] !== colon || bytes[start + 16] !== colon) return undefined;
  const at = (from: number, digits: number): number =>
    readDigits(bytes, start + from, start + from + digits) ?? Number.NaN;
  const ms = hasMs ? at(20, 3) : 0;
  return Date.UTC(at(0, 4), at(5, 2) - 1, at(8, 2), at(11, 2), at(14, 2), at(17, 2), ms);
}
