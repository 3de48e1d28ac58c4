import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { median } from "../measure.ts";

export interface Runner {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Before each run, not measured. */
  readonly prepare?: () => Promise<unknown>;
  /** After each run, not measured: throws where the work was not done. */
  readonly verify?: () => Promise<unknown>;
}

export interface Result {
  readonly name: string;
  /** Wall time of the whole process, median. */
  readonly ms: number;
  /** Its largest resident size, median. */
  readonly peakMiB: number;
}

/** Runs all of them in turn, round after round, so that whatever disturbs the machine disturbs them alike. */
export async function race(runners: readonly Runner[], rounds: number): Promise<readonly Result[]> {
  const runs = new Map<string, { ms: number; peakMiB: number }[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, argv, env, prepare, verify } of runners) {
      await prepare?.();
      runs.get(name)?.push(await measured(argv, env));
      await verify?.();
    }
  }
  return [...runs].map(([name, values]) => ({
    name,
    ms: median(values.map(({ ms }) => ms)),
    peakMiB: median(values.map(({ peakMiB }) => peakMiB)),
  }));
}

const lookEveryMs = 25;

async function measured(argv: readonly string[], env: Runner["env"]): Promise<{ ms: number; peakMiB: number }> {
  const [program = "", ...args] = argv;
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
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
