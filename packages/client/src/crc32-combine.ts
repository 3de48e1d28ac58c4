/** That of CRC32 without its highest term, the lowest first: the highest bit stands for 1, the next one for x. */
const polynomial = 0xed_b8_83_20;
const one = 0x80_00_00_00;
/** A byte moves what is before it so far. */
const xToThe8th = one >>> 8;

/** What is known of bytes that lie one behind the other. */
export interface Piece {
  readonly bytes: number;
  /** Of these bytes alone: 4 bytes, the highest first. */
  readonly crc32: Uint8Array;
}

/**
 * The CRC32 of all pieces put together, without their bytes: `crc32_combine` of zlib. A CRC32 is a remainder over GF(2);
 * bytes behind others multiply these by a power of x, and add their own. Takes some microseconds a piece, however long.
 *
 * @see zlib's crc32.c, multmodp and x2nmodp
 */
export function combineCrc32(pieces: Iterable<Piece>): Uint8Array {
  const all = new DataView(new ArrayBuffer(4));
  for (const { bytes, crc32 } of pieces) {
    const own = new DataView(crc32.buffer, crc32.byteOffset, 4).getUint32(0);
    all.setUint32(0, product(all.getUint32(0), shift(bytes)) ^ own);
  }
  return new Uint8Array(all.buffer);
}

/** x to the power of so many bytes' bits. Their number may be beyond what operators on bits take. */
function shift(bytes: number): number {
  let power = one;
  for (let [left, square] = [bytes, xToThe8th]; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = product(power, square);
    square = product(square, square);
  }
  return power;
}

/** Of two polynomials, modulo that of CRC32. */
function product(a: number, b: number): number {
  let sum = 0;
  for (let [terms, multiple] = [a, b]; terms !== 0; terms <<= 1) {
    if ((terms & one) !== 0) sum ^= multiple;
    multiple = (multiple >>> 1) ^ ((multiple & 1) === 0 ? 0 : polynomial);
  }
  return sum;
}
