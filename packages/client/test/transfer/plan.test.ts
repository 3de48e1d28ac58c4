import { expect, test } from "vitest";
import { compareUtf8 } from "../../src/store/order.ts";
import type { Direction, Rule } from "../../src/transfer/compare.ts";
import { compare } from "../../src/transfer/compare.ts";
import type { Entry, Pages } from "../../src/transfer/entry.ts";
import { plan } from "../../src/transfer/plan.ts";

async function* pagesOf(entries: readonly Entry[], size: number): Pages {
  for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
}

const entry = (key: string, more: Partial<Entry> = {}): Entry => ({ key, bytes: 1, modifiedMs: 1000, ...more });

async function planned(source: Pages, destination: Pages): Promise<{ actions: string[]; same: number }> {
  const all = { actions: [] as string[], same: 0 };
  for await (const { actions, same } of plan(source, destination, { rule: "size", direction: "up", removes: true })) {
    all.actions.push(...actions.map(({ kind, key }) => `${kind} ${key}`));
    all.same += same;
  }
  return all;
}

test.each([1, 2, 1000])("pages of %i: what is new is copied, what is surplus removed", async (size) => {
  const source = ["a", "a.b", "a/b", "c", "é", "\u{ff5e}", "\u{1f600}"].map((key) => entry(key));
  const destination = ["a/", "a/b", "b", "c", "\u{ff5e}"].map((key) => entry(key));
  expect(await planned(pagesOf(source, size), pagesOf(destination, size))).toEqual({
    actions: ["copy a", "copy a.b", "remove a/", "remove b", "copy é", "copy \u{1f600}"],
    same: 3,
  });
});

test("random trees: the plan makes both sides equal", async () => {
  const random = (): string[] => {
    const keys = Array.from({ length: 60 }, () =>
      Array.from(
        { length: 4 },
        () => ["a", "/", ".", "b", "-", "\u{ffff}", "\u{1f600}"][Math.floor(Math.random() * 7)],
      ).join(""),
    );
    return [...new Set(keys)].sort(compareUtf8);
  };
  for (let round = 0; round < 50; round++) {
    const [source, destination] = [random(), random()];
    const { actions } = await planned(
      pagesOf(
        source.map((key) => entry(key)),
        7,
      ),
      pagesOf(
        destination.map((key) => entry(key)),
        5,
      ),
    );
    const result = new Set(destination);
    for (const action of actions) {
      const key = action.slice(action.indexOf(" ") + 1);
      if (action.startsWith("copy ")) result.add(key);
      else result.delete(key);
    }
    expect([...result].sort(compareUtf8)).toEqual(source);
  }
});

test("a listing that is not in order proves nothing, so nothing is planned from it", async () => {
  const unsorted = pagesOf([entry("b"), entry("a")], 10);
  await expect(planned(pagesOf([entry("a")], 10), unsorted)).rejects.toMatchObject({ code: "LISTING_UNSORTED" });
});

test("a listing that breaks ends the plan", async () => {
  async function* broken(): Pages {
    yield [entry("a")];
    throw new Error("lost");
  }
  await expect(planned(broken(), pagesOf([], 1))).rejects.toThrow("lost");
});

const md5 = "0123456789abcdef0123456789abcdef";

test.each<[string, Rule, Direction, Partial<Entry>, Partial<Entry>, string]>([
  ["uploaded after the file changed", "time", "up", { modifiedMs: 1000.5 }, { modifiedMs: 2000 }, "same"],
  ["the file changed since", "time", "up", { modifiedMs: 2000.5 }, { modifiedMs: 2000 }, "look"],
  ["within a tick of the clock", "time", "up", { modifiedMs: 1990.5 }, { modifiedMs: 2000 }, "look"],
  ["renamed or restored since", "time", "up", { modifiedMs: 1000.5, changedMs: 3000 }, { modifiedMs: 2000 }, "look"],
  ["another size", "time", "up", { bytes: 2 }, { modifiedMs: 9000 }, "differs"],
  [
    "downloaded before, then compared upwards",
    "time",
    "up",
    { modifiedMs: 2000, changedMs: 9000 },
    { modifiedMs: 2700 },
    "same",
  ],
  ["downloaded before", "time", "down", { modifiedMs: 2700 }, { modifiedMs: 2000 }, "same"],
  ["the object was written since", "time", "down", { modifiedMs: 3700 }, { modifiedMs: 2000 }, "look"],
  ["the file was edited since", "time", "down", { modifiedMs: 2700 }, { modifiedMs: 5000.1 }, "look"],
  ["equal MD5s", "time", "across", { etag: md5, modifiedMs: 9000 }, { etag: md5 }, "same"],
  ["other MD5s", "time", "across", { etag: md5 }, { etag: md5.replace("0", "1"), modifiedMs: 9000 }, "differs"],
  ["parts, copied later", "time", "across", { etag: `${md5}-2` }, { etag: `${md5}-3`, modifiedMs: 9000 }, "same"],
  ["parts, written later", "time", "across", { etag: `${md5}-2`, modifiedMs: 9000 }, { etag: `${md5}-3` }, "differs"],
  ["size alone", "size", "up", { modifiedMs: 9000 }, {}, "same"],
  ["checksum", "checksum", "up", {}, { modifiedMs: 9000 }, "look"],
  ["checksum, another size", "checksum", "up", { bytes: 2 }, {}, "differs"],
  ["newer", "newer", "up", { modifiedMs: 2000, bytes: 2 }, { modifiedMs: 3000 }, "same"],
  ["newer", "newer", "up", { modifiedMs: 4000 }, { modifiedMs: 3000 }, "differs"],
  ["newer, downloaded before", "newer", "down", { modifiedMs: 2700 }, { modifiedMs: 2000 }, "same"],
  ["always", "always", "up", {}, { modifiedMs: 9000 }, "differs"],
])("%s (%s, %s)", (_, rule, direction, source, destination, verdict) => {
  expect(compare(entry("k", source), entry("k", destination), rule, direction)).toBe(verdict);
});
