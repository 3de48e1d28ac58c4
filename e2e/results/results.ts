import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../peers/places.ts";

/** How one operation ended, of one client at one server. */
export interface Result {
  readonly suite: string;
  readonly server: string;
  /** The server's version, where it is known. */
  readonly version?: string;
  /** Somebody else's client; absent for ours. */
  readonly client?: string;
  readonly clientVersion?: string;
  readonly step: string;
  /** Null: not run, and `why`. */
  readonly ok: boolean | null;
  /** Why it failed or was not run, or a difference stays; in one line. */
  readonly why?: string;
}

/** The suites that record what they find, and what runs them. */
export const suites = {
  journey: "test:peers",
  differential: "test:peers",
  zarr: "test:peers",
  clients: "test:clients",
  connected: "test:connected",
  "compiled-clients": "test:peers",
} as const;

export type Suite = keyof typeof suites;

const file = (suite: Suite): string => join(root, `.cache/results/${suite}.jsonl`);

/** Replaces the results of a suite: JSON, one to a line, in `.cache/results/SUITE.jsonl`. */
export function writeResults(suite: Suite, results: readonly Result[]): void {
  mkdirSync(join(file(suite), ".."), { recursive: true });
  writeFileSync(file(suite), results.map((result) => `${JSON.stringify(result)}\n`).join(""));
}

/** @throws Error where the suite was not run. */
export function readResults(suite: Suite): readonly Result[] {
  if (!existsSync(file(suite))) throw new Error(`no run of the suite "${suite}" is recorded: npm run ${suites[suite]}`);
  const lines = readFileSync(file(suite), "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Result);
}
