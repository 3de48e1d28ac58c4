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

/** Built everywhere. */
const crossBuilt: readonly Platform[] = [
  { name: "linux-x64", ...unix, wheelTag: "manylinux_2_28_x86_64" },
  { name: "linux-arm64", ...unix, wheelTag: "manylinux_2_28_aarch64" },
  { name: "win-x64", nodeFile: "bin/node.exe", executable: "fedbucket.exe", wheelTag: "win_amd64" },
];

/** Built on a Mac, from the Node that runs this: the registry has none to offer, and only a Mac can sign. */
const macs: readonly Platform[] = [
  { name: "darwin-arm64", ...unix, wheelTag: "macosx_14_0_arm64" },
  { name: "darwin-x64", ...unix, wheelTag: "macosx_14_0_x86_64" },
];

/** What this machine can build. */
export const platforms: readonly Platform[] = [
  ...crossBuilt,
  ...macs.filter(({ name }) => name === `${process.platform}-${process.arch}`),
];
