import { randomFillSync } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { mustRun } from "../../e2e/harness/run.ts";
import { presign } from "../../e2e/harness/presign.ts";
import { race, type Result, type Rounds, type Runner } from "./race.ts";
import type { Server } from "./servers.ts";
import { type Tool, toolsFor } from "./tools.ts";

/** One piece of work on one server, and how long everybody took. */
export interface Measured {
  readonly work: string;
  readonly server: string;
  readonly results: readonly Result[];
  /** Least ratios to these tools' times. */
  readonly floors: Readonly<Record<string, number>>;
}

export interface Scale {
  readonly rounds: Rounds;
  readonly files: number;
  readonly bigBytes: number;
  readonly unchanged: number;
}

const smallBytes = 64 * 1024;

/** Many small files up, and down what the tool itself put there; the sink makes up what is fetched. */
export async function smallObjects(
  server: Server,
  { files, rounds }: Scale,
  floors: Measured["floors"],
): Promise<Measured[]> {
  await using folder = await scratch();
  const source = folder.at("source");
  await makeFiles(source, files, smallBytes);
  const tools = toolsFor(server);
  const buckets = await makeBuckets(server, tools, "small");
  const what = `${files.toLocaleString("en")} x 64 KiB`;
  const up = await race(
    `${what} up, ${server.name}`,
    tools.flatMap((tool) => runner(tool, tool.up?.(source, buckets(tool)), () => emptyBucket(server, buckets(tool)))),
    rounds,
  );
  const madeUp = server.name.startsWith("sink") ? `down-${files}-${smallBytes}` : undefined;
  const target = folder.at("target");
  const down = await race(
    `${what} down, ${server.name}`,
    tools.flatMap((tool) =>
      runner(
        tool,
        tool.down?.(madeUp ?? buckets(tool), target),
        () => anew(target),
        async () => await expectFiles(target, files),
        tool.compares === "nothing",
      ),
    ),
    rounds,
  );
  return [
    { work: `${what} up`, server: server.name, results: up, floors },
    { work: `${what} down`, server: server.name, results: down, floors },
  ];
}

/** One large file up, and down what the tool itself put there, curl what we did; the sink makes up what is fetched. */
export async function bigObject(
  server: Server,
  { bigBytes, rounds }: Scale,
  floors: Measured["floors"],
): Promise<Measured[]> {
  await using folder = await scratch();
  const file = folder.at("big");
  await makeFile(file, bigBytes);
  const tools = toolsFor(server);
  const buckets = await makeBuckets(server, tools, "big");
  const what = `${bigBytes / 1024 ** 2} MiB in one object`;
  const up = await race(
    `${what} up, ${server.name}`,
    tools.flatMap((tool) => runner(tool, tool.upBig?.(file, buckets(tool)), () => emptyBucket(server, buckets(tool)))),
    rounds,
  );
  const madeUp = server.name.startsWith("sink") ? `down-1-${bigBytes}` : undefined;
  const target = folder.at("back");
  const clean = async (): Promise<void> => await rm(target, { force: true });
  const whole = async (): Promise<void> => {
    const { size } = await stat(target);
    if (size !== bigBytes) throw new Error(`${target} has ${size} bytes instead of ${bigBytes}`);
  };
  const url = presign({ method: "GET", url: `${server.endpoint}/${madeUp ?? buckets(tools[0])}/big`, ...server.keys });
  const trust = server.ca === undefined ? [] : ["--cacert", server.ca];
  const curl: Runner = {
    name: "curl",
    isUnchecked: true,
    argv: ["curl", "--silent", "--fail", ...trust, "--output", target, url],
    env: { PATH: "/usr/bin:/bin" },
    prepare: clean,
    verify: whole,
  };
  const fetching = (tool: Tool): Runner[] =>
    runner(tool, tool.downBig?.(madeUp ?? buckets(tool), target), clean, whole, tool.compares !== "all");
  // The sink sums what it makes up when it is first asked for it.
  if (madeUp !== undefined) await mustRun([...curl.argv, "--head"], { env: curl.env });
  const down = await race(`${what} down, ${server.name}`, [...tools.flatMap(fetching), curl], rounds);
  return [
    { work: `${what} up`, server: server.name, results: up, floors },
    { work: `${what} down`, server: server.name, results: down, floors },
  ];
}

/** A sync that finds nothing to do. */
export async function unchanged(
  server: Server,
  { unchanged: files, rounds }: Scale,
  floors: Measured["floors"],
): Promise<Measured[]> {
  await using folder = await scratch();
  const source = folder.at("source");
  await makeFiles(source, files, 16);
  const tools = toolsFor(server);
  const buckets = await makeBuckets(server, tools.slice(0, 1), "same");
  const bucket = buckets(tools[0]);
  await runOnce(tools[0], tools[0]?.sync?.(source, bucket));
  const work = `sync of ${files.toLocaleString("en")} unchanged objects`;
  const results = await race(
    `${work}, ${server.name}`,
    tools.flatMap((tool) => runner(tool, tool.sync?.(source, bucket))),
    rounds,
  );
  return [{ work, server: server.name, results, floors }];
}

/** All keys of a bucket. The sink makes its listings up, so that only the clients work. */
export async function listing(
  sink: Server,
  keys: number,
  { rounds }: Scale,
  floors: Measured["floors"],
): Promise<Measured[]> {
  const work = `list ${keys.toLocaleString("en")} keys`;
  const results = await race(
    `${work}, ${sink.name}`,
    toolsFor(sink).flatMap((tool) => runner(tool, tool.list?.(`down-${keys}-1024`))),
    rounds,
  );
  return [{ work, server: sink.name, results, floors }];
}

function runner(
  tool: Tool,
  argv: readonly string[] | undefined,
  prepare?: () => Promise<unknown>,
  verify?: () => Promise<unknown>,
  isUnchecked = false,
): Runner[] {
  if (argv === undefined) return [];
  const { name, env } = tool;
  return [{ name, argv, env, isUnchecked, ...(prepare && { prepare }), ...(verify && { verify }) }];
}

async function runOnce(tool: Tool | undefined, argv: readonly string[] | undefined): Promise<void> {
  await mustRun(argv ?? [], { env: tool?.env ?? {}, timeoutMs: 600_000 });
}

/** A bucket for each tool, so that nobody finds what another left. */
async function makeBuckets(server: Server, tools: readonly Tool[], prefix: string): Promise<(tool?: Tool) => string> {
  const nameOf = (tool?: Tool): string =>
    `${prefix}-${(tool?.name ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  for (const tool of tools) await request(server, "PUT", nameOf(tool), [200, 409]);
  return nameOf;
}

async function emptyBucket(server: Server, bucket: string): Promise<void> {
  if (server.name.startsWith("sink")) return;
  const [ours] = toolsFor(server);
  const program = ours?.list?.(bucket).slice(0, 2) ?? [];
  await mustRun([...program, "rm", "--recursive", `s3://${bucket}`], {
    env: ours?.env ?? {},
    timeoutMs: 300_000,
  }).catch((error: Error) => {
    if (!/nothing|no object/i.test(error.message)) throw error;
  });
}

async function request(server: Server, method: "PUT", path: string, allowed: readonly number[]): Promise<void> {
  if (server.name.startsWith("sink")) return;
  const url = presign({ method, url: `${server.endpoint}/${path}`, ...server.keys });
  const { status } = await fetch(url, { method });
  if (!allowed.includes(status)) throw new Error(`${method} ${path}: ${status}`);
}

async function scratch(): Promise<AsyncDisposable & { at(name: string): string }> {
  // In memory where there is such a folder: the disk is not what is measured.
  const folder = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fedbucket-bench-"));
  return { at: (name) => join(folder, name), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function makeFiles(folder: string, count: number, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = Buffer.alloc(bytes);
  for (let n = 0; n < count; n++) {
    randomFillSync(content, 0, Math.min(bytes, 16));
    await writeFile(join(folder, `k${String(n).padStart(7, "0")}`), content);
  }
}

async function makeFile(path: string, bytes: number): Promise<void> {
  const step = Buffer.alloc(1024 ** 2, "0123456789abcdef");
  await pipeline(Readable.from(Array.from({ length: bytes / step.length }, () => step)), createWriteStream(path));
}

async function anew(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
}

async function expectFiles(folder: string, count: number): Promise<void> {
  const found = (await readdir(folder)).length;
  if (found !== count) throw new Error(`${folder} has ${found} files instead of ${count}`);
}
