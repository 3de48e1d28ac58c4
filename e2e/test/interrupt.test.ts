import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";

const program = [process.execPath, "--conditions=source", join(checkout, "packages/cli/src/bin.ts")] as const;

/** How many requests a `connect` makes that finds nothing. */
const requestsOfConnect = 6;

/**
 * Runs a real process and interrupts it, as Ctrl-C does, when the sandbox is asked for the n-th time; resolves to its exit
 * code and what it said.
 */
async function interrupted(
  person: World,
  argv: readonly string[],
  nth: number,
): Promise<{ code: number; err: string }> {
  const child = spawn(program[0], [...program.slice(1), ...argv], {
    cwd: person.home,
    env: person.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const closed = once(child, "close") as Promise<[number | null, string | null]>;
  person.onRequest(nth, async () => {
    child.kill("SIGINT");
    await closed;
  });
  const [code, signal] = await closed;
  return { code: code ?? -1, err: `${err}${signal ?? ""}` };
}

interface World extends PersonAtSandbox {
  readonly env: Record<string, string>;
  /** The n-th request from now on is answered when this is done. */
  onRequest(nth: number, then: () => Promise<void>): void;
}

async function world(): Promise<World> {
  let left = 0;
  let then = (): Promise<void> => Promise.resolve();
  const person = await personAtSandbox({
    fault: async ({ moment }) => {
      if (moment === "request" && --left === 0) await then();
      return undefined;
    },
  });
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
    OIDC_ACCESS_TOKEN: await person.sandbox.token(),
  };
  return Object.assign(person, {
    env,
    onRequest(nth: number, what: () => Promise<void>) {
      [left, then] = [nth, what];
    },
  });
}

/** Files that something left behind on its way. */
async function leftovers(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => /\.lock|\.stale|fedbucket-[0-9a-f]{12}/.test(name));
}

test("Ctrl-C at each request of connect: nothing half written, no lock, at most one key, and the next one works", async () => {
  await using person = await world();
  for (let nth = 1; nth <= requestsOfConnect; nth++) {
    const { code, err } = await interrupted(person, ["connect", "sandbox"], nth);
    if (code === 0) break; // what was made before is used, so there are fewer requests
    expect({ code, err }).toEqual({ code: 130, err: expect.stringMatching(/Interrupted\.\n$/) });
    expect(await leftovers(person.home)).toEqual([]);
    expect(await person.read(".aws/config")).toBeUndefined();
    const state = (await person.read("fedbucket/state/profiles/sandbox.json")) ?? '{"state": "none yet"}';
    expect(JSON.parse(state)).toHaveProperty("state");
  }
  const { env } = person;
  expect((await person.run("connect sandbox", { env })).code).toBe(0);
  const { keys } = JSON.parse((await person.run("keys list --json", { env })).stdout) as { keys: unknown[] };
  expect(keys).toHaveLength(1);
});

test("Ctrl-C during cp: what was there before is still there, up and down", async () => {
  await using person = await world();
  const { env } = person;
  await person.run("connect sandbox", { env });
  const large = Buffer.alloc(80 * 1024 ** 2, 7); // in parts
  await writeFile(join(person.home, "large"), large);
  await writeFile(join(person.home, "before"), "before");
  await person.run("cp before s3://WG1/object", { env });
  // Before the last request, which completes the object: whoever interrupts that one may have either.
  for (const nth of [1, 3, 5]) {
    const { code } = await interrupted(person, ["cp", "large", "s3://WG1/object"], nth);
    expect(code).toBe(130);
    expect((await person.run("cat s3://WG1/object", { env })).stdout).toBe("before");
  }
  await person.run("cp large s3://WG1/large", { env });
  const { code } = await interrupted(person, ["cp", "s3://WG1/large", "before"], 1);
  expect(code).toBe(130);
  expect(await readFile(join(person.home, "before"), "utf8")).toBe("before");
  expect(await leftovers(person.home)).toEqual([]);
});
