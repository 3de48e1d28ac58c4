import { expect, test } from "vitest";
import { parseShard, shardFilter, shardFromEnvironment, shardOf } from "../../src/transfer/shard.ts";

const keys = Array.from({ length: 5000 }, (_, n) => `temp/c/${n % 50}/${Math.floor(n / 50)}`);

test.each([1, 2, 3, 8, 100])("%i shards: each key in exactly one, and none is left out", (count) => {
  const filters = Array.from({ length: count }, (_, index) => shardFilter({ index, count }));
  for (const key of keys) expect(filters.filter(({ keeps }) => keeps(key))).toHaveLength(1);
  const sizes = filters.map(({ keeps }) => keys.filter(keeps).length);
  expect(Math.max(...sizes)).toBeLessThan((keys.length / count) * 1.6);
});

test("a key keeps its shard from release to release", () => {
  expect(["a", "temp/c/0/0", "é/\u{1f600}"].map((key) => shardOf(key, 1000))).toEqual([715, 626, 345]);
});

test.each([
  [
    { SLURM_ARRAY_TASK_ID: "3", SLURM_ARRAY_TASK_MIN: "0", SLURM_ARRAY_TASK_COUNT: "8", SLURM_ARRAY_TASK_STEP: "1" },
    3,
    8,
  ],
  [
    { SLURM_ARRAY_TASK_ID: "5", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "4", SLURM_ARRAY_TASK_STEP: "2" },
    2,
    4,
  ],
  [{ JOB_COMPLETION_INDEX: "0", FEDBUCKET_SHARDS: "4" }, 0, 4],
  [{ PARALLEL_SEQ: "4", FEDBUCKET_SHARDS: "4" }, 3, 4],
])("%o", (env, index, count) => {
  expect(shardFromEnvironment(env)).toEqual({ index, count });
});

test("outside of a batch system there is no shard", () => {
  expect(shardFromEnvironment({ SLURM_JOB_ID: "7", PARALLEL_SEQ: "1" })).toBeUndefined();
});

test.each(["0/4", "5/4", "1/0", "x", "1/2/3", "-1/2"])("%s is no shard", (text) => {
  expect(() => parseShard(text)).toThrow(RangeError);
});

test("an array with holes cannot be shared", () => {
  const env = {
    SLURM_ARRAY_TASK_ID: "9",
    SLURM_ARRAY_TASK_MIN: "1",
    SLURM_ARRAY_TASK_COUNT: "3",
    SLURM_ARRAY_TASK_STEP: "1",
  };
  expect(() => shardFromEnvironment(env)).toThrow("Slurm");
});
