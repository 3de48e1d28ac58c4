import { spawnSync } from "node:child_process";

/** Medians want at least this many. */
export const rounds = 11;

/** One thing to measure. What it returns counts as its time, else the time that `run` took. In ms. */
export interface Contestant {
  readonly run: () => number | void | Promise<number | void>;
  /** Before each run, not measured. */
  readonly prepare?: () => unknown;
}

/** Runs all of them in turn, round after round, so that whatever disturbs the machine disturbs them alike. */
export async function medians<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  times: number = rounds,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < times; round += 1) {
    for (const name of names) {
      const { run, prepare } = contestants[name];
      await prepare?.();
      const began = performance.now();
      const own = await run();
      measured.get(name)?.push(own ?? performance.now() - began);
    }
  }
  return Object.fromEntries([...measured].map(([name, values]) => [name, median(values)])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Runs a whole process to its end; one that fails fails the bench, since its time means nothing. */
export function runProcess([program = "", ...args]: readonly string[], env: Readonly<Record<string, string>>): void {
  const { status, stderr, error } = spawnSync(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.toString()}`);
}
