import { expect, test } from "vitest";
import { visible } from "../src/visible.ts";

test.each([
  ["plain é 世界 😀", "plain é 世界 😀"],
  ["\u001b[31mred\u0007", "\\x1b[31mred\\x07"],
  ["new\nline\ttab\r", "new\\x0aline\\x09tab\\x0d"],
  ["\u009b31m c1", "\\x9b31m c1"],
  ["gpj\u202e.exe", "gpj\\u{202e}.exe"],
  ["lone \ud800", "lone \\u{d800}"],
  ["line\u2028separator", "line\\u{2028}separator"],
])("%j cannot steer a terminal", (name, shown) => {
  expect(visible(name)).toBe(shown);
});
