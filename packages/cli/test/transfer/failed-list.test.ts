import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FailedList, failedList } from "../../src/transfer/failed-list.ts";
import { silentContext } from "../silent-context.ts";

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), "fedbucket-failed-"))));
afterEach(async () => await rm(home, { recursive: true }));

const open = (): FailedList => failedList({ ...silentContext(), env: { FEDBUCKET_HOME: home } });
const failure = { key: "a", code: "STORE_DENIED", message: "no" };

test("no failure, no file; the first one makes it, and it says what failed", async () => {
  expect(await open().close()).toBeUndefined();
  const list = open();
  list.add(failure);
  const path = (await list.close()) ?? "";
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(failure);
});

test("a list that nobody is told of is not left", async () => {
  const list = open();
  list.add(failure);
  await list.discard();
  const kept = open();
  kept.add(failure);
  expect(await readdir(dirname((await kept.close()) ?? ""))).toHaveLength(1);
});

test("lists older than a month are removed, and nothing else", async () => {
  const first = open();
  first.add(failure);
  const folder = dirname((await first.close()) ?? "");
  const old = new Date(Date.now() - 31 * 86_400_000);
  for (const name of ["old.jsonl", "notes.txt"]) {
    await writeFile(join(folder, name), "");
    await utimes(join(folder, name), old, old);
  }
  const second = open();
  second.add(failure);
  await second.close();
  expect(await readdir(folder)).not.toContain("old.jsonl");
  expect(await readdir(folder)).toContain("notes.txt");
});
