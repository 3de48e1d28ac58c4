import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../e2e/clients/environment.ts";

/** Programs measured beside ours: absolute paths, undefined where missing. */
export interface Peers {
  readonly openstack: string | undefined;
  readonly aws: string | undefined;
}

/** Those of `npm run test:clients` where it has run, else the system's. */
export function findPeers(): Peers {
  const find = (name: string): string | undefined =>
    [join(environment, "bin", name), join("/usr/bin", name)].find((file) => existsSync(file));
  return { openstack: find("openstack"), aws: find("aws") };
}

/** The version each peer gives itself, or that it is missing. */
export function peerVersions(peers: Peers): Record<string, string> {
  const entries = Object.entries(peers).map(([name, file]: [string, string | undefined]) => {
    if (file === undefined) return [name, "missing: npm run test:clients installs it"];
    const { stdout, stderr } = spawnSync(file, ["--version"], { encoding: "utf8" });
    return [name, (stdout || stderr).trim().split("\n")[0]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}
