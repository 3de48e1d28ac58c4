import { existsSync, readFileSync, rmSync } from "node:fs";
import { ports, rgwAt } from "./addresses.ts";
import { cephConfig } from "./ceph-config.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, password, path, writeConfig } from "./places.ts";
import { answers, run, startService, waitForService } from "./service.ts";

const folder = path("ceph");
const config = path("ceph", "ceph.conf");
const keyring = path("ceph", "keyring");

/** Ceph's object gateway over one monitor, one manager and one OSD on a sparse file. */
export const rgw: Peer = {
  name: "rgw",
  needs: ["keystone"],
  packages: ["ceph-mon", "ceph-mgr", "ceph-osd", "radosgw"],
  // Stopped in reverse order: the gateway takes 15 s to end when its monitor is gone.
  services: ["ceph-mon", "ceph-mgr", "ceph-osd", "rgw"],
  address: rgwAt.s3Endpoint,
  version: () => packageVersion("radosgw"),
  up: async () => {
    for (const name of ["", "mon", "mgr", "mgr/x", "osd", "osd/0", "rgw", "run"]) makeFolder(path("ceph", name));
    const passwordFile = writeConfig(path("ceph", "keystone-password"), password("keystone-rgw"));
    writeConfig(config, cephConfig(folder, fsid(), passwordFile));
    await startCluster();
    await startService("rgw", ["radosgw", "-c", config, "-n", "client.rgw", "-f"], { configs: [config] });
    await waitForService("rgw", () => answers(rgwAt.s3Endpoint), 90);
  },
};

async function startCluster(): Promise<void> {
  if (!existsSync(path("ceph", "mon", "a", "store.db"))) await createMonitor();
  await startService("ceph-mon", ["ceph-mon", "-c", config, "-i", "a", "-f"]);
  await waitForService("ceph-mon", () =>
    ceph("status").then(
      () => true,
      () => false,
    ),
  );
  await startService("ceph-mgr", ["ceph-mgr", "-c", config, "-i", "x", "-f"]);
  if (!existsSync(path("ceph", "osd", "0", "ready"))) await createOsd();
  await startService("ceph-osd", ["ceph-osd", "-c", config, "-i", "0", "-f"]);
  await waitForService("ceph-osd", async () => (await ceph("osd", "stat")).includes("1 up"));
}

/** Keys for every daemon, and the monitor's own store. */
async function createMonitor(): Promise<void> {
  rmSync(keyring, { force: true });
  await run("ceph-authtool", ["--create-keyring", keyring]);
  for (const [name, caps] of Object.entries(capabilities)) {
    const grants = Object.entries(caps).flatMap(([daemon, allowed]) => ["--cap", daemon, allowed]);
    await run("ceph-authtool", [keyring, "--gen-key", "-n", name, ...grants]);
  }
  const map = path("ceph", "monmap");
  const address = `[v2:127.0.0.1:${ports.cephMon}]`;
  await run("monmaptool", ["--create", "--clobber", "--fsid", fsid(), "--addv", "a", address, map]);
  await run("ceph-mon", ["-c", config, "--mkfs", "-i", "a", "--monmap", map, "--keyring", keyring]);
}

async function createOsd(): Promise<void> {
  rmSync(path("ceph", "osd", "0"), { recursive: true, force: true });
  makeFolder(path("ceph", "osd", "0"));
  const uuid = keptUuid("osd");
  await ceph("osd", "new", uuid, "0");
  await run("ceph-osd", ["-c", config, "-i", "0", "--mkfs", "--osd-uuid", uuid]);
}

const capabilities: Record<string, Record<string, string>> = {
  "mon.": { mon: "allow *" },
  "client.admin": { mon: "allow *", osd: "allow *", mgr: "allow *" },
  "mgr.x": { mon: "allow profile mgr", osd: "allow *", mds: "allow *" },
  "osd.0": { mon: "allow profile osd", mgr: "allow profile osd", osd: "allow *" },
  "client.rgw": { mon: "allow rw", mgr: "allow rw", osd: "allow rwx" },
};

const ceph = (...args: string[]): Promise<string> => run("ceph", ["-c", config, "--connect-timeout", "20", ...args]);

const fsid = (): string => keptUuid("fsid");

/** An identity made up on first use and kept. */
function keptUuid(name: string): string {
  const file = path("ceph", `${name}.uuid`);
  if (!existsSync(file)) writeConfig(file, crypto.randomUUID());
  return readFileSync(file, "utf8");
}
