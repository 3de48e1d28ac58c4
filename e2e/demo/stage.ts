import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fedbucket } from "../harness/cloud.ts";
import type { Home } from "../harness/home.ts";
import { screen } from "./screen.ts";

export interface Played {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface PlayOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
  /** Neither the command nor what it prints is shown. */
  readonly quiet?: boolean;
  /** How the command is shown, where it is not simply `fedbucket` and its arguments. */
  readonly shownAs?: string;
  /** The exit code that the story expects. Default: 0. */
  readonly code?: number;
  /** Told of each line as it is printed. */
  readonly onLine?: (line: string) => void;
}

/** Runs the built command as the person would, shows it while it runs, and fails unless it ends as the story says. */
export async function play(home: Home, args: readonly string[], options: PlayOptions = {}): Promise<Played> {
  const { quiet = false, code: wanted = 0, onLine, input } = options;
  if (!quiet) screen.typed(options.shownAs ?? `fedbucket ${args.join(" ")}`);
  const began = performance.now();
  const child = spawn(fedbucket[0], [fedbucket[1], ...args], {
    env: { ...home.env, ...options.env },
    cwd: home.folder,
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const told = (line: string): void => {
    if (!quiet) screen.shown(line);
    onLine?.(line);
  };
  const [stdout, stderr, code] = await Promise.all([
    lines(child.stdout, told),
    lines(child.stderr, told),
    new Promise<number>((resolve, reject) => child.on("error", reject).on("exit", (code) => resolve(code ?? 1))),
  ]);
  const ms = performance.now() - began;
  if (code !== wanted) throw new Error(`fedbucket ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  if (!quiet) screen.took(ms);
  return { code, stdout, stderr, ms };
}

async function lines(stream: Readable, told: (line: string) => void): Promise<string> {
  const all: string[] = [];
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    all.push(line);
    told(line);
  }
  return all.join("\n");
}
