import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { findProgram } from "../peers.ts";
import type { Result } from "./race.ts";
import type { Measured } from "./works.ts";

/** What the issue of memory is judged by: the peer's own, or this much. */
const roomMiB = 120;

const ours = "fedbucket";

/** How many times our time everybody took, and whether what is promised is met. */
export function summary({ work, server, results, floors }: Measured): string {
  const rows = results.map(
    ({ name, isUnchecked, ms, peakMiB }) =>
      `  ${marked(name, isUnchecked).padEnd(24)} ${(ms / 1000).toFixed(2).padStart(7)} s  ${ratio(results, ms).toFixed(2).padStart(6)} x  ${peakMiB.toFixed(0).padStart(4)} MiB`,
  );
  return [`${work}, ${server}: ${verdict({ work, server, results, floors })}`, ...rows, ""].join("\n");
}

const unchecked = "(1) fetches without comparing what came with a checksum";

const marked = (name: string, isUnchecked: boolean): string => (isUnchecked ? `${name} (1)` : name);

/** Which floors are met, in all. */
export function sum(measured: readonly Measured[]): string {
  const judged = measured.filter(({ floors }) => Object.keys(floors).length > 0);
  const missed = judged.filter((each) => verdict(each) !== "met");
  const lines = missed.map((each) => `  ${each.work}, ${each.server}: ${verdict(each)}`);
  return [`Floors: ${judged.length - missed.length} of ${judged.length} met`, ...lines, unchecked].join("\n");
}

/** `best` is the better of a tool's settings. */
function best(results: readonly Result[], tool: string): Result | undefined {
  return results.filter(({ name }) => name === tool || name.startsWith(`${tool} `)).toSorted((a, b) => a.ms - b.ms)[0];
}

function ratio(results: readonly Result[], ms: number): number {
  return ms / (best(results, ours)?.ms ?? NaN);
}

function verdict({ results, floors }: Measured): string {
  const missed = Object.entries(floors).flatMap(([tool, least]) => {
    const peer = best(results, tool);
    if (peer === undefined) return [`${tool} not here`];
    const is = ratio(results, peer.ms);
    return is >= least ? [] : [`${is.toFixed(2)} x ${tool} of ${least}`];
  });
  const memory = best(results, ours)?.peakMiB ?? 0;
  const room = Math.max(roomMiB, best(results, "rclone")?.peakMiB ?? 0);
  if (memory > room) missed.push(`${memory.toFixed(0)} MiB of ${room.toFixed(0)}`);
  return missed.length === 0 ? "met" : `missed: ${missed.join("; ")}`;
}

/** docs/benchmarks.md */
export function page(measured: readonly Measured[]): string {
  const tables = measured.map((each) => {
    const rows = each.results.map(
      ({ name, isUnchecked, ms, peakMiB }) =>
        `| ${marked(name, isUnchecked)} | ${(ms / 1000).toFixed(2)} | ${ratio(each.results, ms).toFixed(2)} | ${peakMiB.toFixed(0)} |`,
    );
    return [
      `## ${each.work}: ${each.server}`,
      "",
      `Floor: ${Object.keys(each.floors).length === 0 ? "none" : verdict(each)}. Medians of ${each.results[0]?.rounds ?? 0}.`,
      "",
      "| tool | s | times ours | peak MiB |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  return `${header(sum(measured))}\n${tables.join("\n")}`;
}

function header(floors: string): string {
  return `# Moving data, side by side

Written by \`npm run bench:transfer -- --write\`; nothing is typed by hand. Medians of interleaved runs of whole processes, on ${cpus().length} shared processors (${cpus()[0]?.model ?? "unknown"}), loopback, files in memory, MinIO's objects too. Absolute figures drift: read the ratios.
Of rclone the better of its default and \`--transfers 32\` counts. The *sink* is an S3 server that keeps nothing: what is left is the client's
own time, and what is fetched from it is made up; elsewhere each tool fetches what it put there itself. *50 ms away* is the sink behind a proxy that delays each way by 25 ms and loses one packet in a thousand,
which each connection answers as TCP does: with a smaller window, 1.1 MB/s on average.
Memory is met at rclone's in the same work, or ${roomMiB} MiB, whichever is larger.

${versions()
  .map(([name, version]) => `- ${name}: ${version}`)
  .join("\n")}

${floors}
`;
}

function versions(): readonly (readonly [string, string])[] {
  const asked = { rclone: "version", s5cmd: "version", aws: "--version", mc: "--version", curl: "--version" };
  return [
    ["node", process.version],
    ...Object.entries(asked).map(([name, option]): [string, string] => {
      const program = findProgram(name);
      if (program === undefined) return [name, "not here"];
      const { stdout, stderr } = spawnSync(program, [option], { encoding: "utf8" });
      return [name, (stdout || stderr).trim().split("\n")[0] ?? ""];
    }),
  ];
}
