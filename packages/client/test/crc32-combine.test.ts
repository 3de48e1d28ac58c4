import { randomBytes, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { combineCrc32 } from "../src/crc32-combine.ts";

function sumOf(bytes: Uint8Array, before = 0): Uint8Array {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes, before));
  return sum;
}

const pieceOf = (bytes: Uint8Array) => ({ bytes: bytes.byteLength, crc32: sumOf(bytes) });

/** Of random lengths, and now and then of one byte or none. */
function* cut(whole: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < whole.byteLength;) {
    const length = [0, 1, randomInt(2, 10), randomInt(10, 100_000)][randomInt(4)] ?? 0;
    yield whole.subarray(at, at + length);
    at += length;
  }
}

test("pieces cut anywhere have the CRC32 that zlib computes of the whole", () => {
  for (let round = 0; round < 50; round++) {
    const whole = randomBytes(randomInt(300_000));
    const pieces = [...cut(whole)].map(pieceOf);
    expect({ lengths: pieces.map(({ bytes }) => bytes), sum: combineCrc32(pieces) }).toMatchObject({
      sum: Uint8Array.from(sumOf(whole)),
    });
  }
});

test("nothing, and nothing but empty pieces, have the CRC32 of nothing", () => {
  const empty = pieceOf(new Uint8Array());
  expect([combineCrc32([]), combineCrc32([empty, empty])]).toEqual([new Uint8Array(4), new Uint8Array(4)]);
});

test("pieces in another order have another one", () => {
  const [a, b] = [pieceOf(Buffer.from("a")), pieceOf(Buffer.from("bc"))];
  expect(combineCrc32([b, a])).not.toEqual(combineCrc32([a, b]));
});

test("a piece may be longer than 32 bits count", () => {
  const block = Buffer.alloc(64 * 1024 ** 2, "fedbucket");
  const bytes = 65 * block.byteLength;
  let sum = 0;
  for (let at = 0; at < bytes; at += block.byteLength) sum = crc32(block, sum);
  const long = Buffer.alloc(4);
  long.writeUInt32BE(sum);
  const [before, behind] = [Buffer.from("before"), Buffer.from("behind")];
  let all = crc32(before);
  for (let at = 0; at < bytes; at += block.byteLength) all = crc32(block, all);
  expect(combineCrc32([pieceOf(before), { bytes, crc32: long }, pieceOf(behind)])).toEqual(
    Uint8Array.from(sumOf(behind, all)),
  );
});
