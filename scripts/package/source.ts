import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The checkout's root. */
export const root = resolve(import.meta.dirname, "../..");

/** What is packaged: equal sources give equal packages. */
export interface Source {
  readonly version: string;
  /** Full commit id, with `-dirty` when tracked files differ from it; absent outside a git checkout. */
  readonly commit?: string;
  /** Every time stamp in every package: `SOURCE_DATE_EPOCH`, else the commit's, else 1980-01-01, the oldest that a zip file can hold. */
  readonly date: Date;
}

/** @see https://reproducible-builds.org/specs/source-date-epoch/ */
export function readSource(env: Readonly<Record<string, string | undefined>> = process.env): Source {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8"));
  const { version } = manifest as { version: string };
  const commit = git("rev-parse", "HEAD");
  const dirty =
    commit !== undefined && git("--no-optional-locks", "status", "--porcelain", "--untracked-files=no") !== "";
  const seconds = Number(env["SOURCE_DATE_EPOCH"] ?? git("log", "-1", "--format=%ct") ?? Number.NaN);
  return {
    version,
    ...(commit === undefined ? {} : { commit: dirty ? `${commit}-dirty` : commit }),
    date: Number.isFinite(seconds) ? new Date(seconds * 1000) : new Date(Date.UTC(1980, 0, 1)),
  };
}

function git(...words: string[]): string | undefined {
  try {
    return execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined; // no git, or an unpacked source archive
  }
}
