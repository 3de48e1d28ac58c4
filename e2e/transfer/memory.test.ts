import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { listingsMadeUp } from "../harness/made-up-listings.ts";
import { run } from "../harness/run.ts";
import { type Traveller, traveller } from "./traveller.ts";

const [many, million] = [100_000, 1_000_000];

let me: Traveller;
beforeAll(async () => {
  me = await traveller({ fault: (event) => listingsMadeUp(event) ?? zerosMadeUp(event) });
  await mkdir(me.at("one"));
  await writeFile(me.at("one/file"), "x");
  // The command itself tells how large it has become, at its end. Not by getrusage, which begins at its parent's size.
  const probe = `const fs = require("fs"); process.on("exit", () => fs.writeFileSync(process.env.PEAK, fs.readFileSync("/proc/self/status")));`;
  await writeFile(me.at("probe.cjs"), probe);
});
afterAll(async () => await me[Symbol.asyncDispose]());

const gibibyte = 1024 ** 3;
const zerosMd5 = "cd573cfaace07e7949bc0c46028904ff";
/** Of the largest range that is asked for. */
const zeros = Buffer.alloc(64 * 1024 ** 2);

/** A bucket `zeros` takes parts without keeping them, and has one large object of zeros. */
function zerosMadeUp({ moment, request }: FaultEvent): Fault | undefined {
  if (moment !== "request" || !request.path.startsWith("/zeros/")) return undefined;
  const { method, headers, query } = request;
  if (method === "PUT") {
    const etag = Buffer.from(headers["content-md5"] ?? "", "base64").toString("hex");
    return { answer: { status: 200, headers: { ETag: `"${etag}"` } } };
  }
  if (query.has("uploads"))
    return xml("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
  if (method === "POST") return xml("<CompleteMultipartUploadResult><ETag>none</ETag></CompleteMultipartUploadResult>");
  const [, start = 0, end = gibibyte - 1] = (/(\d+)-(\d+)/.exec(headers["range"] ?? "") ?? []).map(Number);
  const told = { ETag: `"${zerosMd5}"`, "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT" };
  if (method === "HEAD") return { answer: { status: 200, headers: { ...told, "Content-Length": String(gibibyte) } } };
  const range = { "Content-Range": `bytes ${start}-${end}/${gibibyte}`, "Content-Length": String(end - start + 1) };
  return { answer: { status: 206, headers: { ...told, ...range }, body: zeros.subarray(0, end - start + 1) } };
}

const xml = (body: string): Fault => ({
  answer: { status: 200, headers: { "Content-Type": "application/xml" }, body },
});

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

test("a file of 1 GiB takes less than 120 MiB on its way up, and on its way down", async () => {
  await writeFile(me.at("sparse"), "");
  await truncate(me.at("sparse"), gibibyte);
  const up = await measured("cp sparse s3://zeros/big");
  const down = await measured("cp s3://zeros/big back");
  expect((await stat(me.at("back"))).size).toBe(gibibyte);
  expect(up.peakMiB).toBeLessThan(120);
  expect(down.peakMiB).toBeLessThan(120);
});

test("zarr check takes hardly more memory for a million chunks than for ten thousand", async () => {
  const atFew = await measured("zarr check s3://grid-100 --json");
  const atMillion = await measured("zarr check s3://grid-1000 --json");
  expect(JSON.parse(atMillion.stdout)).toMatchObject({ arrays: 1, chunks: million, missing: 0, surplus: 0, empty: 0 });
  expect(atMillion.peakMiB).toBeLessThan(120);
  expect(atMillion.peakMiB).toBeLessThan(atFew.peakMiB + 30);
}, 300_000);

/** Many empty files in one folder. In memory where there is such a folder: a disk would take minutes. */
async function flatFolder(files: number): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : me.home, "fedbucket-flat-"));
  for (let n = 0; n < files; n++) closeSync(openSync(join(path, `chunk-${String(n).padStart(7, "0")}.nc`), "w"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

test("a folder of 300,000 files takes hardly more memory than one of 10,000", async () => {
  await using few = await flatFolder(10_000);
  await using lots = await flatFolder(300_000);
  const atFew = await measured(`sync --dry-run ${few.path} s3://many-1`);
  const atLots = await measured(`sync --dry-run ${lots.path} s3://many-1`);
  expect(lineCount(atLots.stdout)).toBe(300_000);
  expect(atLots.stdout.slice(-30)).toContain("chunk-0299999.nc\n");
  expect(atLots.peakMiB).toBeLessThan(120);
  expect(atLots.peakMiB).toBeLessThan(atFew.peakMiB + 30);
}, 300_000);
