import { selfCommand, selfKind } from "./self.ts";
import { version } from "./version.ts";

/** Put in by the bundler; absent when the sources run directly. */
declare const FEDBUCKET_COMMIT: string | undefined;

/** What this program was built from and runs on; the shape of `version --json`. */
export interface BuildInfo {
  readonly version: string;
  /** Of the source, ending in `-dirty` when files differed from it; null outside a git checkout. */
  readonly commit: string | null;
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
  return {
    version,
    commit: typeof FEDBUCKET_COMMIT === "string" && FEDBUCKET_COMMIT !== "" ? FEDBUCKET_COMMIT : null,
    build: selfKind(),
    node: process.versions.node,
    openssl: process.versions.openssl,
    platform: `${process.platform}-${process.arch}`,
    command: selfCommand(),
  };
}
