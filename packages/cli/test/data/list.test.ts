import { expect, test } from "vitest";
import { list } from "../../src/data/list.ts";
import { bodyOf, makeWorld, type World } from "./world.ts";

async function filled(): Promise<World> {
  const world = makeWorld();
  await world.account.createBucket("one");
  await world.account.createBucket("two");
  const store = world.account.bucket("one");
  for (const key of ["top", "dir/a", "dir/b", "dir/sub/c", "evil\u001b[31m\nname"]) await store.put(key, bodyOf(key));
  return world;
}

test("without an address: one bucket a line", async () => {
  const world = await filled();
  await list(world.context, world.open, undefined, {});
  expect(world.out()).toBe("one\ntwo\n");
  expect(world.err()).toBe("");
});

test("without any bucket: nothing, and what to do", async () => {
  const world = makeWorld();
  await list(world.context, world.open, undefined, {});
  expect(world.out()).toBe("");
  expect(world.err()).toContain("fedbucket mb s3://NAME");
});

test("--long shows what the store tells", async () => {
  const world = await filled();
  await list(world.context, world.open, undefined, { long: true });
  expect(world.out().split("\n")[0]).toMatch(/^2026-01-02T03:04:05Z +2 +17 {2}one$/);
});

test("a bucket: one level, groups with a slash, nothing that steers the terminal", async () => {
  const world = await filled();
  await list(world.context, world.open, "s3://one", {});
  expect(world.out()).toBe("dir/\nevil\\x1b[31m\\x0aname\ntop\n");
});

test("a folder: names within it, with time and bytes", async () => {
  const world = await filled();
  await list(world.context, world.open, "s3://one/dir/", { long: true });
  expect(world.out()).toMatch(/^2026-11-23T17:00:00Z +5 {2}a\n2026-11-23T17:00:00Z +5 {2}b\n {21} +- {2}sub\/\n$/);
});

test("--json is one object with whole names", async () => {
  const world = await filled();
  await list(world.context, world.open, "pangeo:one/dir/s", { json: true });
  expect(JSON.parse(world.out())).toEqual({
    bucket: "one",
    prefix: "dir/s",
    entries: [{ kind: "prefix", prefix: "dir/sub/" }],
  });
  const empty = await filled();
  await list(empty.context, empty.open, "s3://two", { json: true });
  expect(JSON.parse(empty.out())).toEqual({ bucket: "two", prefix: "", entries: [] });
  const account = await filled();
  await list(account.context, account.open, undefined, { json: true });
  expect(JSON.parse(account.out())).toMatchObject({ buckets: [{ name: "one", bytes: 17 }, { name: "two" }] });
});

test("a name that nothing begins with is not found; an empty bucket is no error", async () => {
  const world = await filled();
  await expect(list(world.context, world.open, "s3://one/nope", {})).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  await list(world.context, world.open, "s3://two", {});
  expect(world.out()).toBe("");
});
