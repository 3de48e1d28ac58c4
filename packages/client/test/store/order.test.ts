import { expect, test } from "vitest";
import { compareUtf8, merge } from "../../src/store/order.ts";

test("names are in the order of their UTF-8 bytes", () => {
  const names = [
    "",
    "a",
    "a/b",
    "a.txt",
    "b",
    "~",
    "é",
    "\ud7ff",
    "\ue000",
    "\ufb01",
    "\uffff",
    "😀",
    "😀a",
    "\u{10ffff}",
  ];
  const expected = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(names.toReversed().sort(compareUtf8)).toEqual(expected);
});

test("two sorted lists become one", () => {
  const compare = (a: number, b: number): number => a - b;
  expect([...merge([1, 4, 9], [2, 3, 10], compare)]).toEqual([1, 2, 3, 4, 9, 10]);
  expect([...merge([], [1], compare)]).toEqual([1]);
  expect([...merge([1], [], compare)]).toEqual([1]);
});
