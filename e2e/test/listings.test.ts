import { afterAll, beforeAll, expect, test } from "vitest";
import { listingsMadeUp, madeUpKey } from "../harness/made-up-listings.ts";
import { type Traveller, traveller } from "../transfer/traveller.ts";

const pages = 60;
const bucket = `many-${pages * 1000}`;

/** Listings of a bucket that a slow server has under way, the most that there were, and all. */
interface UnderWay {
  now: number;
  most: number;
  all: number;
}

/** By path. A command that has seen enough leaves some behind, which must not count for the next one: it has its own bucket. */
const underWay = new Map<string, UnderWay>();
const listingsOf = (bucket: string): UnderWay => {
  const found = underWay.get(bucket) ?? { now: 0, most: 0, all: 0 };
  underWay.set(bucket, found);
  return found;
};

let me: Traveller;

beforeAll(async () => {
  me = await traveller({
    async fault(event) {
      const page = listingsMadeUp(event);
      if (page === undefined) return undefined;
      const listings = listingsOf(event.request.path.replaceAll("/", ""));
      listings.all++;
      listings.most = Math.max(listings.most, ++listings.now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      listings.now--;
      return page;
    },
  });
});
afterAll(async () => await me[Symbol.asyncDispose]());

const run = async (words: string): Promise<string> => (await me.go(words)).stdout;

test("a large prefix is listed by several requests at once, in order and each key once", async () => {
  const stdout = await run(`ls --recursive s3://${bucket}`);
  expect(stdout).toBe(Array.from({ length: pages * 1000 }, (_, n) => `${madeUpKey(n)}\n`).join(""));
  const { most, all } = listingsOf(bucket);
  expect(most).toBeGreaterThanOrEqual(4);
  expect(most).toBeLessThanOrEqual(8);
  expect(all).toBeLessThan(2 * pages);
});

test.each([
  ["du --bytes s3://many-60001", "420007"],
  ["find s3://many-60002 --name 0059999", madeUpKey(59_999)],
  ["rm --recursive --dry-run s3://many-60003", madeUpKey(60_002)],
  ["sync --dry-run s3://many-60004 new", madeUpKey(60_003)],
  ["cp --recursive --dry-run s3://many-60005/store.zarr/ new", "c/0060004"],
])("so does %s", async (words, last) => {
  expect(await run(words)).toContain(last);
  expect(listingsOf(/many-\d+/.exec(words)?.[0] ?? "").most).toBeGreaterThanOrEqual(4);
});

test("verify lists both sides so", async () => {
  const { stdout } = await me.go("verify s3://many-60006 s3://many-60007 --json", 1);
  expect(stdout).toContain('"same":60006');
  for (const side of ["many-60006", "many-60007"]) expect(listingsOf(side).most).toBeGreaterThanOrEqual(4);
});

test("one page takes one request; --concurrency is meant for listings too", async () => {
  await run("ls --recursive s3://many-900");
  expect(listingsOf("many-900")).toMatchObject({ most: 1, all: 1 });
  await run("sync --dry-run --concurrency 1 s3://many-10000 new");
  expect(listingsOf("many-10000")).toMatchObject({ most: 1, all: 10 });
});
