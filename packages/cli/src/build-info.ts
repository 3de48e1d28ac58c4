import { selfCommand, selfKind } from "./self.ts";
import { version } from "./version.ts";

/** What the bundler knows of the source; absent when the sources run directly. */
declare const FEDBUCKET_SOURCE: { readonly commit: string | null; readonly date: string } | undefined;

/** What this program was built from and runs on; the shape of `version --json`. */
export interface BuildInfo {
  readonly version: string;
  /** Of the source, ending in `-dirty` when files differed from it; null outside a git checkout. */
  readonly commit: string | null;
  /** Day of the source, `2026-11-23`; null when the sources run directly. */
  readonly date: string | null;
  /** `executable` has its own Node inside; `bundle` runs on the machine's. */
  readonly build: "bundle" | "executable";
  /** Without the `v`. */
  readonly node: string;
  readonly openssl: string;
  /** As Node names them: `linux-x64`. */
  readonly platform: string;
  /** The command line that runs this program, as tools are told to. */
  readonly command: readonly string[];
}

export function buildInfo(): BuildInfo {
  const { commit, date } = typeof FEDBUCKET_SOURCE === "undefined" ? { commit: null, date: null } : FEDBUCKET_SOURCE;
  return {
    version,
    commit,
    date,
    build: selfKind(),
    node: process.versions.node,
    openssl: process.versions.openssl,
    platform: `${process.platform}-${process.arch}`,
    command: selfCommand(),
  };
}
