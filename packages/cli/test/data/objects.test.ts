import { expect, test } from "vitest";
import { parseDuration } from "@fedbucket/client";
import { cat, makeBucket, presign, remove, removeBucket } from "../../src/data/objects.ts";
import { showProgress } from "../../src/data/progress.ts";
import { formatBytes } from "../../src/output.ts";
import { bodyOf, makeWorld, textAt } from "./world.ts";

test("cat writes objects one after the other", async () => {
  const world = makeWorld();
  await world.account.createBucket("b");
  await world.account.bucket("b").put("1", bodyOf("one "));
  await world.account.bucket("b").put("2", bodyOf("two"));
  await cat(world.context, world.open, ["s3://b/1", "s3://b/2"]);
  expect(world.out()).toBe("one two");
});

test("rm removes what is named, checks all names first, and takes what is not there for removed", async () => {
  const world = makeWorld();
  await world.account.createBucket("b");
  await world.account.bucket("b").put("kept", bodyOf("x"));
  await world.account.bucket("b").put("gone", bodyOf("x"));
  await expect(remove(world.context, world.open, ["s3://b/kept", "s3://b"], {})).rejects.toMatchObject({
    kind: "usage",
  });
  expect(await textAt(world, "b", "kept")).toBe("x");
  await remove(world.context, world.open, ["s3://b/gone", "s3://b/nope"], { json: true });
  expect(JSON.parse(world.out())).toEqual({ removed: ["s3://b/gone", "s3://b/nope"] });
});

test("mb and rb take buckets only", async () => {
  const world = makeWorld();
  await makeBucket(world.context, world.open, "s3://made", {});
  await makeBucket(world.context, world.open, "pangeo:made", { json: true });
  expect(JSON.parse(world.out())).toEqual({ bucket: "made" });
  await expect(makeBucket(world.context, world.open, "s3://made/x", {})).rejects.toMatchObject({ kind: "usage" });
  await removeBucket(world.context, world.open, "s3://made", {});
  await expect(removeBucket(world.context, world.open, "s3://made", {})).rejects.toMatchObject({
    code: "STORE_NO_BUCKET",
  });
});

test("presign prints the link, with --json when it ends", async () => {
  const world = makeWorld();
  await presign(world.context, world.open, "s3://b/k", { expires: "15m", method: "GET" });
  expect(world.out()).toBe("https://store.example.org/b/k?GET=900\n");
  const json = makeWorld();
  await presign(json.context, json.open, "s3://b/k", { expires: "1h", method: "PUT", json: true });
  expect(JSON.parse(json.out())).toEqual({
    url: "https://store.example.org/b/k?PUT=3600",
    method: "PUT",
    expiresAt: "2026-11-23T19:00:00.000Z",
  });
});

test.each([
  ["90s", 90],
  ["15m", 900],
  ["1h", 3600],
  ["7d", 604_800],
  ["30", 30],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "0", "1w", "-1h", "1.5h", "h", "1 h"])("%j is no time", (text) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: "BAD_DURATION", kind: "usage" }));
});

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1.0 KiB"],
  [1.5 * 1024 ** 3, "1.5 GiB"],
])("%d is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("progress shows on a terminal, for copies that take longer than a second, and goes away", async () => {
  for (const isTTY of [true, false]) {
    const world = makeWorld({ isTTY });
    let time = Date.parse("2026-11-23T18:00:00Z");
    const progress = showProgress({ ...world.context, now: () => new Date((time += 600)) }, 3 * 1024 ** 2);
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 3; n++) yield Buffer.alloc(1024 ** 2);
    }
    for await (const _ of progress.counting(body()));
    progress.end();
    const shown = isTTY ? ["2.0 MiB of 3.0 MiB, 1.7 MiB/s", "3.0 MiB of 3.0 MiB, 1.7 MiB/s", ""] : [];
    expect(world.err().split("\r\u001b[K").slice(1)).toEqual(shown);
  }
});
