import { expect, test } from "vitest";
import { type FilterRule, rsyncFilter } from "../../src/transfer/filter.ts";
import { globRegExp, splitGlob } from "../../src/transfer/glob.ts";

const rules = (text: string): FilterRule[] =>
  text.split(" ").map((rule) => ({ kind: rule.startsWith("+") ? "include" : "exclude", pattern: rule.slice(1) }));

// What `rsync --recursive --dry-run` (3.5.0) transfers with the same rules.
test.each([
  ["-*.tmp", "a.tmp", false],
  ["-*.tmp", "deep/down/a.tmp", false],
  ["-*.tmp", "a.tmp.nc", true],
  ["-/a.nc", "a.nc", false],
  ["-/a.nc", "sub/a.nc", true],
  ["-sub/a.nc", "x/sub/a.nc", false],
  ["-sub/", "sub/a.nc", false],
  ["-sub/", "x/sub/deep/a.nc", false],
  ["-sub/", "sub", true],
  ["+*.nc -*", "a.nc", true],
  ["+*.nc -*", "sub/a.nc", false],
  ["+*/ +*.nc -*", "sub/a.nc", true],
  ["+*/ +*.nc -*", "sub/a.txt", false],
  ["-sub/ +sub/keep.nc", "sub/keep.nc", false],
  ["+/sub/*** -*", "sub/deep/a.nc", true],
  ["+/sub/*** -*", "other/a.nc", false],
  ["-a?c", "abc", false],
  ["-a?c", "a/c", true],
  ["-[0-9]*", "7.nc", false],
  ["-[!0-9]*", "7.nc", true],
  ["-/x/**/z", "x/y/y/z", false],
  ["-/x/*/z", "x/y/y/z", true],
])("%s: %s is kept: %s", (text, key, isKept) => {
  expect(rsyncFilter(rules(text)).keeps(key)).toBe(isKept);
});

test("a folder that is left out need not be listed", () => {
  const { enters } = rsyncFilter(rules("-cache/"));
  expect(enters("a/cache/")).toBe(false);
  expect(enters("a/cache/b/")).toBe(false);
  expect(enters("a/")).toBe(true);
});

test.each([
  ["2026-*.nc", "2026-01.nc", true],
  ["2026-*.nc", "2026/01.nc", false],
  ["**.nc", "2026/01.nc", true],
  ["a[]x]b", "a]b", true],
  ["a\\*b", "a*b", true],
  ["a\\*b", "axb", false],
  ["a.b+c(d)", "a.b+c(d)", true],
  ["?", "é", true],
])("the pattern %s matches %s: %s", (pattern, name, matches) => {
  expect(globRegExp(pattern).test(name)).toBe(matches);
});

test("the folder in front of a pattern", () => {
  expect(splitGlob("data/2026/*.nc")).toEqual({ base: "data/2026/", rest: "*.nc" });
  expect(splitGlob("data/2026-*/a.nc")).toEqual({ base: "data/", rest: "2026-*/a.nc" });
  expect(splitGlob("data/a.nc")).toEqual({ base: "data/a.nc", rest: "" });
});
