import { existsSync } from "node:fs";
import { keystoneAt, keystonePypiAt, ports, swiftAt, swiftOutdatedAt, swiftPypiAt, url } from "./addresses.ts";
import { packageVersion } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { makeFolder, path, writeConfig } from "./places.ts";
import { answers, run, startService, waitForService } from "./service.ts";
import { proxyConfig, type ProxySettings } from "./swift-proxy.ts";

const folder = path("swift");
const servers = [
  ["account", ports.swiftAccount],
  ["container", ports.swiftContainer],
  ["object", ports.swiftObject],
] as const;

/** One replica on one folder, behind the middleware that sites run. `/etc/swift/swift.conf` cannot be elsewhere: Debian's serves. */
export const swift: Peer = {
  name: "swift",
  needs: ["keystone"],
  packages: [
    "swift-proxy",
    "swift-account",
    "swift-container",
    "swift-object",
    "swift-object-expirer",
    "python3-keystonemiddleware",
    "python3-memcache",
  ],
  services: [
    ...servers.map(([name]) => `swift-${name}`),
    "swift-proxy",
    "swift-container-updater",
    "swift-object-updater",
    "swift-object-expirer",
  ],
  address: swiftAt.s3Endpoint,
  version: () => packageVersion("swift-proxy"),
  up: async () => {
    makeFolder(folder, "swift", 0o755);
    for (const name of ["devices", "devices/d1", "cache"]) makeFolder(path("swift", name), "swift");
    for (const [name, port] of servers) await makeRing(name, port);
    for (const [name, port] of servers)
      await start(name, "server", writeConfig(file(name), serverConfig(name, port), "swift"));
    await startProxy("swift-proxy", { port: ports.swift, keystone: keystoneAt, s3tokenSignsIn: true });
    await start("container", "updater", file("container"));
    await start("object", "updater", file("object"));
    await start("object", "expirer", writeConfig(path("swift", "object-expirer.conf"), expirerConfig, "swift"));
  },
};

/** The same Swift, which asks the Keystone from PyPI who somebody is. */
export const swiftPypi: Peer = {
  ...swift,
  name: "swift-pypi",
  needs: ["swift", "keystone-pypi"],
  services: ["swift-pypi"],
  address: swiftPypiAt.s3Endpoint,
  up: () => startProxy("swift-pypi", { port: ports.swiftPypi, keystone: keystonePypiAt, s3tokenSignsIn: true }),
};

/** And as it was set up before that Keystone let only a service check signatures. */
export const swiftOutdated: Peer = {
  ...swift,
  name: "swift-outdated",
  needs: ["swift", "keystone-pypi"],
  services: ["swift-outdated"],
  address: swiftOutdatedAt.s3Endpoint,
  up: () =>
    startProxy("swift-outdated", { port: ports.swiftOutdated, keystone: keystonePypiAt, s3tokenSignsIn: false }),
};

async function startProxy(service: string, settings: ProxySettings): Promise<void> {
  const config = writeConfig(path("swift", `${service}.conf`), proxyConfig(folder, settings), "swift");
  await startService(service, ["swift-proxy-server", config, "-v"], { configs: [config] });
  await waitForService(service, () => answers(url(settings.port, "/healthcheck")));
}

const file = (name: string): string => path("swift", `${name}-server.conf`);

/** Servers are recorded as `swift-account`, their daemons as `swift-container-updater`. They log to standard error only with -v. */
function start(name: string, part: string, config: string): Promise<void> {
  const program = `swift-${name}-${part}`;
  return startService(part === "server" ? `swift-${name}` : program, [program, config, "-v"], { configs: [config] });
}

/** Four partitions: the updaters fork a process for each, and with Debian's 2^18 they would never be done. */
async function makeRing(name: string, port: number): Promise<void> {
  if (existsSync(path("swift", `${name}.ring.gz`))) return;
  const builder = path("swift", `${name}.builder`);
  const device = ["--region", "1", "--zone", "1", "--ip", "127.0.0.1", "--port", String(port), "--device", "d1"];
  await run("swift-ring-builder", [builder, "create", "2", "1", "1"]);
  await run("swift-ring-builder", [builder, "add", ...device, "--weight", "1"]);
  await run("swift-ring-builder", [builder, "rebalance"]);
}

const serverConfig = (name: string, port: number): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = swift
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
workers = 1
disable_fallocate = true
fallocate_reserve = 0
[pipeline:main]
pipeline = healthcheck recon ${name}-server
[app:${name}-server]
use = egg:swift#${name}
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:recon]
use = egg:swift#recon
recon_cache_path = ${folder}/cache
[container-updater]
recon_cache_path = ${folder}/cache
interval = 30
concurrency = 1
[object-updater]
recon_cache_path = ${folder}/cache
interval = 60
concurrency = 1
`;

/** Deletes the objects that were stored with X-Delete-At. */
const expirerConfig = `[DEFAULT]
user = swift
swift_dir = ${folder}
[object-expirer]
interval = 60
recon_cache_path = ${folder}/cache
[pipeline:main]
pipeline = catch_errors cache proxy-server
[app:proxy-server]
use = egg:swift#proxy
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
[filter:catch_errors]
use = egg:swift#catch_errors
`;
