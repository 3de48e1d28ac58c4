import type { Checksum, ChecksumAlgorithm } from "../../storage/storage.ts";

/** A CRC as polynomials over GF(2), reflected: the highest bit is the coefficient of x^0. */
interface Field {
  readonly bits: number;
  readonly polynomial: bigint;
}

const FIELDS: { readonly [Name in ChecksumAlgorithm]?: Field } = {
  crc32: { bits: 32, polynomial: 0xedb88320n },
  crc32c: { bits: 32, polynomial: 0x82f63b78n },
  crc64nvme: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** Whether the checksum of a whole can be made of its parts' checksums. */
export function isCombinable(algorithm: ChecksumAlgorithm): boolean {
  return FIELDS[algorithm] !== undefined;
}

/**
 * The CRC of parts put together, in base64, without reading them: that of a beginning, times x to the number of bits
 * that follow, plus that of the rest.
 * @see zlib's `crc32_combine`
 */
export function combine(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: Checksum; readonly bytes: number }[],
): string {
  const field = FIELDS[algorithm];
  if (field === undefined) throw new Error(`${algorithm} is no CRC`);
  const shifts = new Map<number, bigint>(); // all parts but the last usually have one size
  let whole = 0n;
  for (const { checksum, bytes } of parts) {
    const shift = shifts.get(bytes) ?? power(bytes * 8, field);
    shifts.set(bytes, shift);
    whole = multiply(shift, whole, field) ^ BigInt(`0x${Buffer.from(checksum.value, "base64").toString("hex")}`);
  }
  return Buffer.from(whole.toString(16).padStart(field.bits / 4, "0"), "hex").toString("base64");
}

/** x to this power, by repeated squaring. */
function power(exponent: number, field: Field): bigint {
  let result = 1n << BigInt(field.bits - 1);
  let square = 1n << BigInt(field.bits - 2);
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square, field);
    square = multiply(square, square, field);
  }
  return result;
}

function multiply(a: bigint, b: bigint, { bits, polynomial }: Field): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
