import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { median } from "../measure.ts";
import { interrupted } from "./interruption.ts";

export interface Runner {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** It fetches without comparing what came with a checksum. */
  readonly isUnchecked: boolean;
  /** Before each run, not measured. */
  readonly prepare?: () => Promise<unknown>;
  /** After each run, not measured: throws where the work was not done. */
  readonly verify?: () => Promise<unknown>;
}

export interface Result {
  readonly name: string;
  readonly isUnchecked: boolean;
  /** Wall time of the whole process, median. */
  readonly ms: number;
  /** Its largest resident size, median. */
  readonly peakMiB: number;
  readonly rounds: number;
}

export interface Rounds {
  readonly most: number;
  /** After this long no further round begins; there is always one. */
  readonly budgetMs: number;
}

/**
 * Runs all of them in turn, round after round, so that whatever disturbs the machine disturbs them alike. The first is
 * ours; another that fails or hangs is left out, and said so. Each run is told on stderr as it ends.
 *
 * @param what They do, and where.
 */
export async function race(
  what: string,
  runners: readonly Runner[],
  { most, budgetMs }: Rounds,
): Promise<readonly Result[]> {
  const began = performance.now();
  const runs = new Map<string, { ms: number; peakMiB: number }[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round < most && (round === 0 || performance.now() - began < budgetMs); round++) {
    for (const { name, argv, env, prepare, verify } of runners) {
      if (!runs.has(name)) continue;
      await prepare?.();
      interrupted.throwIfAborted();
      try {
        const run = await measured(argv, env);
        await verify?.();
        runs.get(name)?.push(run);
        const figures = `${(run.ms / 1000).toFixed(2)} s, ${run.peakMiB.toFixed(0)} MiB`;
        console.error(`${what}, round ${round + 1} of at most ${most}: ${name} ${figures}`);
      } catch (error) {
        interrupted.throwIfAborted();
        if (name === runners[0]?.name) throw error;
        runs.delete(name);
        console.error(`left out: ${String(error)}`);
      }
    }
  }
  return [...runs].map(([name, values]) => ({
    name,
    isUnchecked: runners.find((runner) => runner.name === name)?.isUnchecked === true,
    ms: median(values.map(({ ms }) => ms)),
    peakMiB: median(values.map(({ peakMiB }) => peakMiB)),
    rounds: values.length,
  }));
}

const lookEveryMs = 25;
/** Whoever takes longer hangs. */
const longestMs = 180_000;

async function measured(argv: readonly string[], env: Runner["env"]): Promise<{ ms: number; peakMiB: number }> {
  const [program = "", ...args] = argv;
  const began = performance.now();
  const child = spawn(program, args, {
    env,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: longestMs,
    killSignal: "SIGKILL",
    signal: interrupted,
  });
  let peakMiB = 0;
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const looking = setInterval(() => void look(), lookEveryMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", resolve);
    });
    const ms = performance.now() - began;
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}\n${words}`);
    return { ms, peakMiB };
  } finally {
    clearInterval(looking);
  }
}
