import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../e2e/clients/environment.ts";

/** Programs measured beside ours: absolute paths, undefined where missing. */
export interface Peers {
  readonly openstack: string | undefined;
  readonly aws: string | undefined;
}

/** Where `FEDBUCKET_BENCH_PATH` says, then those of `npm run test:clients` where it has run, then the system's. */
export function findProgram(
  name: string,
  folders: readonly string[] = [
    ...(process.env["FEDBUCKET_BENCH_PATH"]?.split(":") ?? []),
    join(environment, "bin"),
    "/usr/local/bin",
    "/usr/bin",
  ],
): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

export const findPeers = (): Peers => ({ openstack: findProgram("openstack"), aws: findProgram("aws") });

/** The version each peer gives itself, or that it is missing. */
export function peerVersions(peers: Peers): Record<string, string> {
  const entries = Object.entries(peers).map(([name, file]: [string, string | undefined]) => {
    if (file === undefined) return [name, "missing: npm run test:clients installs it"];
    const { stdout, stderr } = spawnSync(file, ["--version"], { encoding: "utf8" });
    return [name, (stdout || stderr).trim().split("\n")[0]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}
