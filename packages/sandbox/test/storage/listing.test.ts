import { describe, expect, test } from "vitest";
import type { Storage } from "../../src/storage/storage.ts";
import { failure, kinds, names, put } from "./storages.ts";

async function fill(storage: Storage, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => put(storage, key, "x")));
}

/** Every page of a listing, joined; each page must say truthfully whether more follows. */
async function pages(storage: Storage, limit: number, query: object = {}): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const after = all.at(-1);
    const page = await storage.list({ bucket: "bucket", limit, ...query, ...(after === undefined ? {} : { after }) });
    all.push(...page.entries.map((entry) => (entry.kind === "prefix" ? entry.prefix : entry.key)));
    expect(page.entries.length).toBe(page.truncated ? limit : page.entries.length);
    if (!page.truncated) return all;
    expect(page.entries.length).toBeGreaterThan(0);
  }
}

const tree = ["a", "a/", "a/1", "a/2/x", "a0", "b/1", "b/2", "c", "dir//x", "é", "𝄞"];

describe.each(kinds)("listing $kind", ({ open }) => {
  test("by UTF-8 bytes, not by UTF-16 units", async () => {
    const storage = await open();
    await fill(storage, ["\u{10000}", "\uFFFD", "a", "Z", "é"]);
    expect(await names(storage)).toEqual(["Z", "a", "é", "\uFFFD", "\u{10000}"]);
  });

  test("an entry is the object", async () => {
    const storage = await open();
    const object = await put(storage, "k", "abc", { contentType: "a/b", metadata: { m: "1" } });
    expect((await storage.list({ bucket: "bucket", limit: 1 })).entries).toEqual([{ kind: "object", ...object }]);
  });

  test("prefix", async () => {
    const storage = await open();
    await fill(storage, tree);
    expect(await names(storage, { prefix: "a/" })).toEqual(["a/", "a/1", "a/2/x"]);
    expect(await names(storage, { prefix: "no" })).toEqual([]);
    expect(await names(storage, { prefix: "𝄞" })).toEqual(["𝄞"]);
  });

  test("delimiter", async () => {
    const storage = await open();
    await fill(storage, tree);
    expect(await names(storage, { delimiter: "/" })).toEqual(["a", "a/", "a0", "b/", "c", "dir/", "é", "𝄞"]);
    expect(await names(storage, { delimiter: "/", prefix: "a/" })).toEqual(["a/", "a/1", "a/2/"]);
    expect(await names(storage, { delimiter: "/", prefix: "dir/" })).toEqual(["dir//"]);
    expect(await names(storage, { delimiter: "//" })).toEqual(tree.with(8, "dir//"));
  });

  test("after and before; a group counts by its own name", async () => {
    const storage = await open();
    await fill(storage, tree);
    const grouped = { delimiter: "/" };
    expect(await names(storage, { after: "b/1" })).toEqual(["b/2", "c", "dir//x", "é", "𝄞"]);
    expect(await names(storage, { ...grouped, after: "b/" })).toEqual(["c", "dir/", "é", "𝄞"]);
    expect(await names(storage, { ...grouped, after: "b/1" })).toEqual(["c", "dir/", "é", "𝄞"]);
    expect(await names(storage, { ...grouped, after: "b" })).toEqual(["b/", "c", "dir/", "é", "𝄞"]);
    expect(await names(storage, { before: "b/1" })).toEqual(["a", "a/", "a/1", "a/2/x", "a0"]);
    expect(await names(storage, { ...grouped, before: "b/" })).toEqual(["a", "a/", "a0"]);
    expect(await names(storage, { ...grouped, before: "b/1" })).toEqual(["a", "a/", "a0", "b/"]);
    expect(await names(storage, { prefix: "b/", after: "a" })).toEqual(["b/1", "b/2"]);
    expect(await names(storage, { prefix: "b/", after: "c" })).toEqual([]);
  });

  test.each([1, 2, 3, 100])("pages of %i are the whole", async (limit) => {
    const storage = await open();
    await fill(storage, tree);
    expect(await pages(storage, limit)).toEqual(tree);
    const grouped = ["a", "a/", "a0", "b/", "c", "dir/", "é", "𝄞"];
    expect(await pages(storage, limit, { delimiter: "/" })).toEqual(grouped);
  });

  test("hundreds of groups and objects in turn", async () => {
    const storage = await open();
    const keys = Array.from({ length: 300 }, (_, at) => `k${String(at).padStart(3, "0")}${at % 3 === 0 ? "" : "/x"}`);
    await fill(storage, keys);
    const expected = keys.map((key) => key.replace("/x", "/"));
    expect(await names(storage, { delimiter: "/" })).toEqual(expected);
    expect(await pages(storage, 7, { delimiter: "/" })).toEqual(expected);
  });

  test("limit 0 lists nothing, an unknown bucket fails", async () => {
    const storage = await open();
    await put(storage, "a", "x");
    expect(await storage.list({ bucket: "bucket", limit: 0 })).toEqual({ entries: [], truncated: false });
    expect(await failure(storage.list({ bucket: "none", limit: 1 }))).toBe("NO_SUCH_BUCKET");
  });

  test("one bucket's keys are not another's", async () => {
    const storage = await open();
    await storage.createBucket({ name: "next", projectId: "p" });
    await put(storage, "a", "x");
    await put(storage, "b", "x", { bucket: "next" });
    expect(await names(storage)).toEqual(["a"]);
    expect(await names(storage, { bucket: "next" })).toEqual(["b"]);
  });
});
