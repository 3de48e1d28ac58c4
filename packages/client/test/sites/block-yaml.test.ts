import { expect, test } from "vitest";
import { parseBlockYaml } from "../../src/sites/sources/block-yaml.ts";

test("a site file: nested mappings, lists, quotes, comments", () => {
  const text = `---
# how a site is described
gocdb: HILL-CLOUD   # its name
endpoint: https://keystone.hill.example:5000/v3/
images:
  sync: true
  formats:
    - qcow2
    - raw
empty:
vos:
  - name: ops
    auth:
      project_id: 038db3eeca5c4960a443a89b92373cd2
  # a VO without an id
  - name: 'vo.it''s.example'
    auth:
      region: "WAW4-1 # not a comment"
formats: [qcow2, "raw"]
`;
  expect(parseBlockYaml(text)).toEqual({
    gocdb: "HILL-CLOUD",
    endpoint: "https://keystone.hill.example:5000/v3/",
    images: { sync: "true", formats: ["qcow2", "raw"] },
    empty: "",
    vos: [
      { name: "ops", auth: { project_id: "038db3eeca5c4960a443a89b92373cd2" } },
      { name: "vo.it's.example", auth: { region: "WAW4-1 # not a comment" } },
    ],
    formats: ["qcow2", "raw"],
  });
});

test("lists that stand no deeper than their key, and items on a line of their own", () => {
  expect(parseBlockYaml("vos:\n- name: a\n  auth: x\n-\n  name: b\nlast: 1\n")).toEqual({
    vos: [{ name: "a", auth: "x" }, { name: "b" }],
    last: "1",
  });
});

test("scalars stay text", () => {
  expect(parseBlockYaml("a: 010\nb: no\nc: 1e3\nd: ~\n")).toEqual({ a: "010", b: "no", c: "1e3", d: "~" });
});

test("keys like __proto__ are keys", () => {
  const read = parseBlockYaml("__proto__:\n  polluted: yes\n");
  expect(Object.keys(read)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test.each([
  ["anchors", "a: &x 1\nb: *x\n"],
  ["block scalars", "a: |\n  text\n"],
  ["tags", "a: !!str 1\n"],
  ["mappings on one line", "a: {b: 1}\n"],
  ["tabs", "a:\n\tb: 1\n"],
  ["what is no mapping", "just words\n"],
  ["a line that stands nowhere", "a: 1\n   b: 2\n"],
  ["an HTML page", "<!doctype html>\n<title>404</title>\n"],
])("%s are refused rather than misread", (_name, text) => {
  expect(() => parseBlockYaml(text)).toThrow(SyntaxError);
});
