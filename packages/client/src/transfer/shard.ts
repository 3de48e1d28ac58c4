import type { Filter } from "./filter.ts";
import { everything } from "./filter.ts";

/** One of several processes that share a transfer. */
export interface Shard {
  /** From 0 to `count - 1`. */
  readonly index: number;
  readonly count: number;
}

/** The shard a key belongs to, the same on every machine and in every version of this program. */
export function shardOf(key: string, count: number): number {
  // FNV-1a over UTF-16 units, then MurmurHash3's finalizer, so that keys which differ in one digit spread evenly.
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

export function shardFilter({ index, count }: Shard): Filter {
  if (count === 1) return everything;
  return { keeps: (key) => shardOf(key, count) === index, enters: () => true };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shard that a batch system means: a Slurm array, a Kubernetes indexed job, GNU parallel. The last two tell a
 * process its number only; of how many, `FEDBUCKET_SHARDS` must say. Undefined outside of them.
 *
 * @see sbatch(1), "OUTPUT ENVIRONMENT VARIABLES"; Kubernetes, "Indexed Job for Parallel Processing"; parallel(1), "PARALLEL_SEQ"
 */
export function shardFromEnvironment(env: Environment): Shard | undefined {
  const number = (name: string): number | undefined => (/^\d+$/.test(env[name] ?? "") ? Number(env[name]) : undefined);
  const [task, first, count, step] = ["ID", "MIN", "COUNT", "STEP"].map((word) => number(`SLURM_ARRAY_TASK_${word}`));
  if (task !== undefined && count !== undefined)
    return checked({ index: (task - (first ?? 0)) / (step ?? 1), count }, "the Slurm array");
  const shards = number("FEDBUCKET_SHARDS");
  const [completion, sequence] = [number("JOB_COMPLETION_INDEX"), number("PARALLEL_SEQ")];
  if (completion !== undefined && shards !== undefined)
    return checked({ index: completion, count: shards }, "the Kubernetes job");
  if (sequence !== undefined && shards !== undefined)
    return checked({ index: sequence - 1, count: shards }, "GNU parallel");
  return undefined;
}

/** @throws RangeError for an `i/n` that is none. `text` counts from 1, as in `3/8`. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  return checked({ index: Number(index) - 1, count: Number(count) }, `--shard ${text}`);
}

function checked(shard: Shard, from: string): Shard {
  const { index, count } = shard;
  if (Number.isInteger(index) && count > 0 && index >= 0 && index < count) return shard;
  throw new RangeError(`${from} does not say which of how many this is`);
}
