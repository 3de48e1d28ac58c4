import { existsSync, readdirSync, rmSync } from "node:fs";
import { bringUp, withNeeds } from "./bring-up.ts";
import { checkin } from "./checkin.ts";
import { keystone } from "./keystone.ts";
import { keystonePypi } from "./keystone-pypi.ts";
import { mariadb } from "./mariadb.ts";
import { memcached } from "./memcached.ts";
import { minio } from "./minio.ts";
import { installPackages } from "./packages.ts";
import type { Peer } from "./peer.ts";
import { folder, makeFolder, path } from "./places.ts";
import { publish } from "./publish.ts";
import { rgw } from "./rgw.ts";
import { isRunning, stopService } from "./service.ts";
import { swift, swiftOutdated, swiftPypi } from "./swift.ts";

const usage = `usage: npm run peers -- up|down|status [NAME...]
  up      installs what is missing, starts the servers named (default: all) and what they need
  down    stops them; with --purge and no name, deletes everything they stored
  status  a line for each`;

/** In an order in which each follows what it needs. */
const peers: readonly Peer[] = [
  checkin,
  mariadb,
  memcached,
  keystone,
  swift,
  rgw,
  minio,
  keystonePypi,
  swiftPypi,
  swiftOutdated,
];

const [verb, ...rest] = process.argv.slice(2);
const purge = rest.includes("--purge");
try {
  const named = find(rest.filter((word) => word !== "--purge"));
  if (verb === "up") await up(named);
  else if (verb === "down") await down(named);
  else if (verb === "status") status(named);
  else throw new Error(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = verb === undefined ? 2 : 1;
}

async function up(named: readonly Peer[]): Promise<void> {
  const wanted = withNeeds(named, peers);
  makeFolder(folder, "root", 0o755);
  await timed("Debian packages", () => installPackages(wanted.flatMap((peer) => peer.packages)));
  const failed = await bringUp(wanted, (peer) => timed(peer.name, () => peer.up()));
  await publish(peers.filter((peer) => isUp(peer) && !failed.has(peer)));
  status(wanted);
  for (const [{ name }, why] of failed) console.error(`${name} did not come up: ${why}`);
  if (failed.size > 0) process.exitCode = 1;
}

async function down(named: readonly Peer[]): Promise<void> {
  for (const peer of named.toReversed()) for (const service of peer.services.toReversed()) await stopService(service);
  if (purge && named.length === peers.length) purgeState();
}

/** Keeps what took minutes to build. */
function purgeState(): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name !== "bin") rmSync(path(name), { recursive: true });
  }
}

function status(named: readonly Peer[]): void {
  for (const peer of named) {
    const state = isUp(peer) ? "up" : "down";
    console.log(
      `${peer.name.padEnd(14)} ${state.padEnd(5)} ${peer.address.padEnd(44)} ${peer.version() ?? "not installed"}`,
    );
  }
}

function isUp(peer: Peer): boolean {
  return peer.services.every(isRunning);
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  console.error(`${what.padEnd(16)} ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`);
}

function find(names: readonly string[]): readonly Peer[] {
  const unknown = names.filter((name) => !peers.some((peer) => peer.name === name));
  if (unknown.length > 0)
    throw new Error(`there is no peer "${unknown.join(" ")}"; there are: ${peers.map((peer) => peer.name).join(" ")}`);
  return names.length === 0 ? peers : peers.filter((peer) => names.includes(peer.name));
}
