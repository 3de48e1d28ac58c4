import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  /** Why it failed or was not run, in one line. */
  readonly why?: string;
}

/** Replaces the results of a suite: JSON, one to a line, in `.cache/results/SUITE.jsonl`. */
export function writeResults(suite: string, results: readonly Result[]): void {
  const folder = join(root, ".cache/results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${suite}.jsonl`), results.map((result) => `${JSON.stringify(result)}\n`).join(""));
}

/** @throws Error where the suite was not run. */
export const readResults = (suite: string): readonly Result[] =>
  readFileSync(join(root, `.cache/results/${suite}.jsonl`), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
