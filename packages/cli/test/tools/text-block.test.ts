import { expect, test } from "vitest";
import { type BlockStyle, putBlock, takeBlocks } from "../../src/tools/text-block.ts";

const style: BlockStyle = { comment: "#", undo: "see the manual" };

test.each([
  ["", 0],
  ["a = 1\n", 0],
  ["# comment\n\na = 1\n", 10],
  ["a = 1\nb = 2", 0],
  ["a = 1\nb = 2", 6],
  ["a = 1\nb = 2", 11],
  ["a = 1\r\nb = 2\r\n", 7],
  ["a = 1\r\nb = 2", 12],
])("a block put into %j and taken out again leaves every byte", (text, at) => {
  const withBlock = putBlock(text, at, "pangeo-swift", ["x = 1", "y = 2"], style);
  expect(withBlock).toContain("x = 1");
  expect(withBlock.split("\r\n").length > 1).toBe(text.includes("\r\n"));
  expect(takeBlocks(withBlock, "pangeo-swift")).toBe(text);
  expect(takeBlocks(withBlock)).toBe(text);
});

test("of several blocks only the named one is taken", () => {
  const one = putBlock("mine\n", 5, "one", ["1"], style);
  const both = putBlock(one, 0, "two", ["2"], { ...style, indent: "  " });
  expect(takeBlocks(both, "two")).toBe(one);
  expect(takeBlocks(takeBlocks(both, "one"), "two")).toBe("mine\n");
});

test("a name is not taken for the beginning of another", () => {
  const text = putBlock("", 0, "pangeo-swift", ["1"], style);
  expect(takeBlocks(text, "pangeo")).toBe(text);
});

test("a block whose end was deleted by hand is left alone", () => {
  const text = putBlock("mine\n", 0, "one", ["1"], style).replace("# <<< fedbucket one\n", "");
  expect(takeBlocks(text, "one")).toBe(text);
});
