import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { run } from "../harness/run.ts";
import { type Traveller, traveller } from "./traveller.ts";

const [many, million] = [100_000, 1_000_000];
const pageKeys = 1000;

let me: Traveller;
beforeAll(async () => {
  me = await traveller({ fault: listingsMadeUp });
  await mkdir(me.at("one"));
  await writeFile(me.at("one/file"), "x");
  // The command itself tells how large it has become, at its end. Not by getrusage, which begins at its parent's size.
  const probe = `const fs = require("fs"); process.on("exit", () => fs.writeFileSync(process.env.PEAK, fs.readFileSync("/proc/self/status")));`;
  await writeFile(me.at("probe.cjs"), probe);
});
afterAll(async () => await me[Symbol.asyncDispose]());

/** A bucket `many-N` has N keys, and nobody need have put them there. */
function listingsMadeUp(event: FaultEvent): Fault | undefined {
  if (event.moment !== "request" || !event.request.query.has("list-type")) return undefined;
  const count = Number(/^\/many-(\d+)\/?$/.exec(event.request.path)?.[1]);
  if (Number.isNaN(count)) return undefined;
  const { query } = event.request;
  const first = Number(query.get("continuation-token") ?? 0);
  const last = Math.min(count, first + pageKeys);
  let contents = "";
  for (let n = first; n < last; n++)
    contents += `<Contents><Key>store.zarr/c%2F${String(n).padStart(7, "0")}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;${String(n).padStart(32, "0")}&quot;</ETag><Size>7</Size></Contents>`;
  const next = last < count ? `<NextContinuationToken>${last}</NextContinuationToken>` : "";
  const body = `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${last < count}</IsTruncated>${next}${contents}</ListBucketResult>`;
  return { answer: { status: 200, headers: { "Content-Type": "application/xml" }, body } };
}

/** What a command printed, and the most memory it held, in MiB. */
async function measured(words: string): Promise<{ readonly stdout: string; readonly peakMiB: number }> {
  const [node, command] = fedbucket;
  const env = { PATH: "/usr/bin:/bin", HOME: me.home, FEDBUCKET_HOME: join(me.home, "fedbucket"), PEAK: me.at("peak") };
  const ran = await run([node, "--require", me.at("probe.cjs"), command, ...words.split(" ")], {
    env,
    cwd: me.home,
    timeoutMs: 500_000,
  });
  expect({ words, code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(await readFile(me.at("peak"), "utf8")) ?? [];
  return { stdout: ran.stdout, peakMiB: Number(kib) / 1024 };
}

const lineCount = (text: string): number => text.split("\n").length - 1;

test.each([
  ["ls --recursive s3://many-N", (stdout: string) => expect(lineCount(stdout)).toBe(million)],
  ["du --bytes s3://many-N", (stdout: string) => expect(stdout).toContain(" 7000000 ")],
  ["find s3://many-N --name 0999999", (stdout: string) => expect(stdout).toContain("/0999999\n")],
  ["rm --recursive --dry-run s3://many-N", (stdout: string) => expect(lineCount(stdout)).toBe(million)],
  ["verify s3://many-N s3://many-N --json", (stdout: string) => expect(stdout).toContain('"same":1000000')],
  ["sync --dry-run --delete one s3://many-N", (stdout: string) => expect(lineCount(stdout)).toBe(million + 1)],
  ["sync --dry-run s3://many-N new", (stdout: string) => expect(lineCount(stdout)).toBe(million)],
])(
  "%s takes less than 120 MiB for a million objects, and hardly more than for 100,000",
  async (words, isWhole) => {
    const atMany = await measured(words.replaceAll("N", String(many)));
    const atMillion = await measured(words.replaceAll("N", String(million)));
    isWhole(atMillion.stdout);
    expect(atMillion.peakMiB).toBeLessThan(120);
    expect(atMillion.peakMiB).toBeLessThan(atMany.peakMiB + 20);
  },
  1_000_000,
);
