/** A platform that packages are made for. */
export interface Platform {
  /** As Node says it: `process.platform` and `process.arch`. */
  readonly name: string;
  /** The file inside the npm package `node-<name>`. */
  readonly nodeFile: string;
  readonly executable: string;
  /** What the Node inside needs, in the words of PEP 600 and PEP 425. */
  readonly wheelTag: string;
}

const unix = { nodeFile: "bin/node", executable: "fedbucket" };

/** Cross-built from any of them. macOS is not here: its Node is not in the registry, and its executables are signed on a Mac. */
export const platforms: readonly Platform[] = [
  { name: "linux-x64", ...unix, wheelTag: "manylinux_2_28_x86_64" },
  { name: "linux-arm64", ...unix, wheelTag: "manylinux_2_28_aarch64" },
  { name: "win-x64", nodeFile: "bin/node.exe", executable: "fedbucket.exe", wheelTag: "win_amd64" },
];
