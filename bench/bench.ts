// What the product promises about speed and memory, beside its peers: npm run bench [-- --json] [--real] [--processes N]
// --real: `connect` at the Keystone and Swift that `npm run peers -- up` brought up, and nothing else.
// --processes: how many ask for credentials at once; default 200.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { connect } from "./connect.ts";
import { connected } from "./connected.ts";
import { listing } from "./listing.ts";
import { rounds } from "./measure.ts";
import { memory } from "./memory.ts";
import { findPeers, peerVersions } from "./peers.ts";
import { sandboxReady } from "./ready.ts";
import { realKeystone } from "./real-keystone.ts";
import { isMet, printRow, type Row } from "./report.ts";
import { startUp } from "./start-up.ts";

const off = { type: "boolean", default: false } as const;
const processes = { type: "string", default: "200" } as const;
const { json, real, processes: many } = parseArgs({ options: { json: off, real: off, processes } }).values;
const peers = findPeers();
const versions = { node: process.version, ...peerVersions(peers) };
if (!json) {
  console.log(`Medians of ${rounds} interleaved runs of whole processes on ${cpus().length} processors.`);
  console.log(
    `${Object.entries(versions)
      .map(([name, version]) => `${name}: ${version}`)
      .join("\n")}\n`,
  );
}
const rows: Row[] = [];
const usual = [startUp, sandboxReady, () => connect(peers), () => connected(Number(many)), listing, memory];
for (const measure of real ? [() => realKeystone(peers)] : usual) {
  const measured = await measure();
  rows.push(...measured);
  if (!json) measured.forEach(printRow);
}
if (json) console.log(JSON.stringify({ versions, rounds, rows: rows.map((row) => ({ ...row, met: isMet(row) })) }));
else console.log(`${rows.filter(isMet).length} of ${rows.length} targets met.`);
