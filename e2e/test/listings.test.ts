import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listingsMadeUp, madeUpKey } from "../harness/made-up-listings.ts";
import { type Traveller, traveller } from "../transfer/traveller.ts";

const pages = 60;
const bucket = `many-${pages * 1000}`;

/** Listings that a slow server has under way, and the most that there were. */
const underWay = { now: 0, most: 0, in: 0 };
let me: Traveller;

beforeAll(async () => {
  me = await traveller({
    async fault(event) {
      const page = listingsMadeUp(event);
      if (page === undefined) return undefined;
      underWay.in++;
      underWay.most = Math.max(underWay.most, ++underWay.now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay.now--;
      return page;
    },
  });
});
afterAll(async () => await me[Symbol.asyncDispose]());
beforeEach(() => Object.assign(underWay, { most: 0, in: 0 }));

const run = async (words: string): Promise<string> => (await me.go(words)).stdout;

test("a large prefix is listed by several requests at once, in order and each key once", async () => {
  const stdout = await run(`ls --recursive s3://${bucket}`);
  expect(stdout).toBe(Array.from({ length: pages * 1000 }, (_, n) => `${madeUpKey(n)}\n`).join(""));
  expect(underWay.most).toBeGreaterThanOrEqual(4);
  expect(underWay.most).toBeLessThanOrEqual(8);
  expect(underWay.in).toBeLessThan(2 * pages);
});

test.each([
  [`du --bytes s3://${bucket}`, 420_000],
  [`find s3://${bucket} --name 0059999`, madeUpKey(59_999)],
  [`rm --recursive --dry-run s3://${bucket}`, madeUpKey(59_999)],
  [`sync --dry-run s3://${bucket} new`, madeUpKey(59_999)],
  [`cp --recursive --dry-run s3://${bucket}/store.zarr/ new`, "c/0059999"],
])("%s", async (words, last) => {
  expect(await run(words)).toContain(String(last));
  expect(underWay.most).toBeGreaterThanOrEqual(4);
});

test("verify lists both sides so", async () => {
  expect(await run(`verify s3://${bucket} s3://${bucket} --json`)).toContain(`"same":${pages * 1000}`);
  expect(underWay.most).toBeGreaterThanOrEqual(6);
});

test("one page takes one request; --concurrency is meant for listings too", async () => {
  await run("ls --recursive s3://many-900");
  expect(underWay.in).toBe(1);
  Object.assign(underWay, { most: 0, in: 0 });
  await run(`sync --dry-run --concurrency 1 s3://many-10000 new`);
  expect(underWay).toMatchObject({ most: 1, in: 10 });
});
