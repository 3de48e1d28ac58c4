import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, rm, truncate, writeFile } from "node:fs/promises";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fedbucket } from "../harness/cloud.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { type Files, readTree, writeTree } from "./trees.ts";

/** Hundreds with FEDBUCKET_CHAOS_ROUNDS=200 npm run test:transfer -- chaos */
const rounds = Number(process.env["FEDBUCKET_CHAOS_ROUNDS"] ?? 12);

let me: Traveller;
let random: () => number = Math.random;
let mischief = 0;
beforeAll(async () => {
  me = await traveller({ fault: (event) => (event.listener === "objects" ? trouble(event) : undefined) });
});
afterAll(async () => await me[Symbol.asyncDispose]());

/** Repeatable from a round's number. @see mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const slowDown: Fault = { answer: { status: 503, headers: {}, body: "<Error><Code>SlowDown</Code></Error>" } };
const broken: Fault = { answer: { status: 500, headers: {}, body: "<Error><Code>InternalError</Code></Error>" } };

function trouble(event: FaultEvent): Fault | undefined {
  if (random() >= mischief) return undefined;
  const choice = Math.floor(random() * 6);
  if (choice === 0) {
    const key = /Credential=([^/]+)/.exec(event.request.headers["authorization"] ?? "")?.[1];
    if (key !== undefined && random() < 0.2) me.sandbox.deleteKey(key);
    return undefined;
  }
  if (event.moment === "request")
    return [slowDown, { reset: true } as const, { resetAfterUploadBytes: 1000 }][choice % 3];
  return [broken, { reset: true } as const, { cutAfterBytes: 500 }][choice % 3];
}

function randomTree(): Files {
  const files: Record<string, Uint8Array> = {};
  for (let n = Math.floor(random() * 80); n >= 0; n--) {
    const folders = ["", "a/", "a/b/", "a.b/", "é/"][Math.floor(random() * 5)] ?? "";
    files[`${folders}f${n}${["", ".x", "-y"][Math.floor(random() * 3)]}`] = randomBytes(
      Math.floor(random() ** 4 * 200_000),
    );
  }
  if (random() < 0.3) files["big"] = randomBytes(33 * 1024 ** 2 + Math.floor(random() * 20e6));
  return files;
}

/** Runs a command to its end, or to a random one. Resolves to its exit code; undefined when it was killed. */
function attempt(words: string, killAfterMs: number | undefined): Promise<number | undefined> {
  const env = { PATH: "/usr/bin:/bin", HOME: me.home, FEDBUCKET_HOME: me.at("fedbucket") };
  const child = spawn(fedbucket[0], [fedbucket[1], ...words.split(" ")], { env, cwd: me.home, stdio: "ignore" });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? undefined);
    });
  });
}

/** The same command line until it succeeds: killed at random at first, left alone in the end. */
async function persist(words: string): Promise<void> {
  for (let tries = 0; tries < 12; tries++) {
    mischief = tries < 8 ? 0.05 : 0;
    const code = await attempt(words, tries < 4 ? 100 + random() * 1500 : undefined);
    if (code === 0) return;
    expect([undefined, 1, 4, 5, 23, 75]).toContain(code);
  }
  throw new Error(`${words} never succeeded`);
}

test.each(Array.from({ length: rounds }, (_, round) => round + 1))(
  "chaos, round %i: after re-running, the trees are identical",
  async (round) => {
    random = randomFrom(round);
    await Promise.all(["data", "back", "other"].map((name) => rm(me.at(name), { recursive: true, force: true })));
    await writeTree(me.at("data"), randomTree());
    await persist(`sync data s3://moved/${round}/data --delete`);
    await changeSome();
    await persist(`sync data s3://moved/${round}/data --delete`);
    await persist(`sync s3://moved/${round}/data s3://moved/${round}/copy --delete`);
    await cp(me.at("data"), me.at("back"), { recursive: true });
    await persist(`sync s3://moved/${round}/copy back --delete`);
    mischief = 0;
    const source = await readTree(me.at("data"));
    expect(await readTree(me.at("back"))).toEqual(source);
    expect((await me.go(`verify data s3://moved/${round}/copy`)).stderr).toContain("the same");
    await me.go(`rm -r s3://moved/${round}`);
  },
);

/** Some files grow, shrink or are replaced. */
async function changeSome(): Promise<void> {
  for (const path of Object.keys(await readTree(me.at("data")))) {
    const choice = random();
    if (choice < 0.1) await rm(me.at(`data/${path}`));
    else if (choice < 0.2) await truncate(me.at(`data/${path}`), Math.floor(random() * 1000));
  }
  await writeFile(me.at("data/new"), randomBytes(1000));
}
