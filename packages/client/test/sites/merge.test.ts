import { expect, test } from "vitest";
import { mergeSites } from "../../src/sites/merge.ts";

const hill = { name: "HILL", keystone: "https://hill.example/v3", vos: [{ name: "a", projectId: "1" }] };

test("the first list has the last word, VOs are put together", () => {
  const later = { ...hill, objectStore: true, vos: [{ name: "a", projectId: "2" }, { name: "b" }] };
  expect(mergeSites([hill], [later])).toEqual([
    { ...hill, objectStore: true, vos: [{ name: "a", projectId: "1" }, { name: "b" }] },
  ]);
});

test("a project that goes by another name in another source is one project", () => {
  expect(mergeSites([hill], [{ ...hill, vos: [{ name: "VO:a", projectId: "1" }] }])).toEqual([hill]);
});

test("GOCDB's address may differ in spelling; the name tells which site it is", () => {
  const gocdb = { name: "HILL", keystone: "https://hill.example:443/identity/v3", objectStore: true, vos: [] };
  expect(mergeSites([hill], [gocdb])).toEqual([{ ...hill, objectStore: true }]);
});

test("two Keystones of one name stay two", () => {
  const second = { ...hill, keystone: "https://second.example/v3" };
  expect(mergeSites([hill, second])).toHaveLength(2);
});
