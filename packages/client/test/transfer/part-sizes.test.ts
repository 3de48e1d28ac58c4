import { expect, test } from "vitest";
import { partBytesFor, partsOf, possibleCuts } from "../../src/transfer/part-sizes.ts";

const [MiB, GiB, TiB] = [1024 ** 2, 1024 ** 3, 1024 ** 4];

test.each([
  [40 * MiB, 5 * MiB],
  [100 * MiB, 7 * MiB],
  [256 * MiB, 16 * MiB],
  [150 * GiB, 16 * MiB],
  [500 * GiB, 64 * MiB],
  [5 * TiB, 1024 * MiB],
])("an object of %i bytes has parts of %i, at most 10,000", (bytes, part) => {
  expect(partBytesFor(bytes)).toBe(part);
  expect(Math.ceil(bytes / part)).toBeLessThanOrEqual(10_000);
});

test("where fewer parts are taken, they are larger", () => {
  expect(partBytesFor(16_000 * MiB, 1000)).toBe(16 * MiB);
  expect(partBytesFor(3 * TiB, 1000)).toBe(4096 * MiB);
});

test("parts cover every byte once", () => {
  const parts = [...partsOf(100, 30)];
  expect(parts.map(({ number, start, end }) => [number, start, end])).toEqual([
    [1, 0, 29],
    [2, 30, 59],
    [3, 60, 89],
    [4, 90, 99],
  ]);
  expect([...partsOf(60, 30)]).toHaveLength(2);
});

test("how an object of so many parts may have been cut", () => {
  const sizes = possibleCuts(100 * MiB, 13).map(([first]) => (first?.end ?? 0) + 1);
  expect(sizes).toEqual([8 * MiB]);
  expect(possibleCuts(100 * MiB, 7).map(([first]) => (first?.end ?? 0) + 1)).toEqual([16 * MiB, 15 * MiB]);
  expect(possibleCuts(100 * MiB, 99)).toEqual([]);
});

test("a long stream, whose parts grow", () => {
  const bytes = 1000 * 8 * MiB + 40 * MiB;
  const [cut] = possibleCuts(bytes, 1003);
  expect(cut?.at(-1)).toEqual({ number: 1003, start: 1000 * 8 * MiB + 32 * MiB, end: bytes - 1 });
});
