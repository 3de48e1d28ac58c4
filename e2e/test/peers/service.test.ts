import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "fedbucket-peers-"));
process.env["FEDBUCKET_PEERS"] = folder;
const { isRunning, startService, stopService, waitForService } = await import("../../peers/service.ts");

const sleeper = ["sleep", "60"];
const recorded = (name: string): { pid: number; startedAt: string } =>
  JSON.parse(readFileSync(join(folder, "run", `${name}.json`), "utf8")) as { pid: number; startedAt: string };

afterEach(() => stopService("sleeper"));
afterAll(() => rmSync(folder, { recursive: true }));

test("start, when it runs already: the same process stays", async () => {
  await startService("sleeper", sleeper);
  const { pid } = recorded("sleeper");
  await startService("sleeper", sleeper);
  expect(recorded("sleeper").pid).toBe(pid);
});

test("start, after its configuration changed: restarts it", async () => {
  const config = join(folder, "sleeper.conf");
  writeFileSync(config, "before");
  await startService("sleeper", sleeper, { configs: [config] });
  const { pid } = recorded("sleeper");
  writeFileSync(config, "after");
  await startService("sleeper", sleeper, { configs: [config] });
  expect(recorded("sleeper").pid).not.toBe(pid);
  expect(isAlive(pid)).toBe(false);
});

test("start, of a program that is not there: says so and records nothing", async () => {
  await expect(startService("sleeper", ["no-such-program"])).rejects.toThrow("no-such-program");
  expect(isRunning("sleeper")).toBe(false);
});

test("stop ends it, and what it started", async () => {
  await startService("sleeper", ["sh", "-c", "sleep 60 & echo $!; wait"]);
  const log = join(folder, "log", "sleeper.log");
  await waitForService("sleeper", () => Promise.resolve(readFileSync(log, "utf8").endsWith("\n")));
  const child = Number(readFileSync(log, "utf8").trim().split("\n").at(-1));
  await stopService("sleeper");
  expect(isRunning("sleeper")).toBe(false);
  await expect.poll(() => isAlive(child)).toBe(false);
});

test("stop, when the recorded process id belongs to somebody else by now: leaves that one alone", async () => {
  await startService("sleeper", sleeper);
  const record = recorded("sleeper");
  const file = join(folder, "run", "stranger.json");
  writeFileSync(file, JSON.stringify({ ...record, startedAt: `${record.startedAt}0` }));
  await stopService("stranger");
  expect(isRunning("sleeper")).toBe(true);
});

test("waiting for one that stops by itself: fails with the end of its log", async () => {
  await startService("sleeper", ["sh", "-c", "echo no port left >&2; exit 1"]);
  await expect(waitForService("sleeper", () => Promise.resolve(false))).rejects.toThrow("no port left");
});

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
