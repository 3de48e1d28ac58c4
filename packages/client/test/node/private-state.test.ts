import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lockTaker } from "../../src/node/lock.ts";
import { loadState } from "../../src/node/state.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedbucket-state-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

async function stateOf(mode: number): Promise<string> {
  const file = join(folder, "profiles", "mine.json");
  await mkdir(join(folder, "profiles"));
  await writeFile(file, '{"format":1,"state":{"issuer":"i","keystoneUrl":"k","madeKeys":[]}}', { mode });
  return file;
}

test.each([0o644, 0o640, 0o660, 0o604])("state of mode %o is refused, with the chmod to type", async (mode) => {
  const file = await stateOf(0o600);
  const { chmod } = await import("node:fs/promises");
  await chmod(file, mode);
  await expect(loadState(folder, "mine")).rejects.toMatchObject({
    code: "STATE_EXPOSED",
    cure: expect.arrayContaining([`chmod 600 ${file}`]),
  });
});

test("another user's state is refused", async () => {
  await stateOf(0o600);
  vi.spyOn(process, "geteuid").mockReturnValue(4321);
  await expect(loadState(folder, "mine")).rejects.toMatchObject({ code: "STATE_NOT_YOURS" });
});

const elsewhere = JSON.stringify({ pid: 1, host: "another.host.example" });

test("a lock of another host is kept as long as its holder touches it, whatever that host's clock says", async () => {
  const file = join(folder, "lock");
  await writeFile(file, elsewhere);
  vi.useFakeTimers({ toFake: ["performance"] });
  const take = lockTaker(file);
  for (let seconds = 0; seconds < 120; seconds += 10) {
    const anHourAgo = new Date(Date.now() - 3_600_000 + seconds);
    await utimes(file, anHourAgo, anHourAgo);
    expect(take()).toBeUndefined();
    vi.advanceTimersByTime(10_000);
  }
  expect(await readFile(file, "utf8")).toBe(elsewhere);
});

test("a lock of another host that nobody touches is taken over after half a minute of watching", async () => {
  const file = join(folder, "lock");
  await writeFile(file, elsewhere);
  vi.useFakeTimers({ toFake: ["performance"] });
  const take = lockTaker(file);
  expect(take()).toBeUndefined();
  vi.advanceTimersByTime(31_000);
  const lock = take();
  expect(await readFile(file, "utf8")).toContain(String(process.pid));
  lock?.release();
});

test("a lock that another process took over meanwhile is not removed", async () => {
  const file = join(folder, "lock");
  const lock = lockTaker(file)();
  await writeFile(`${file}.new`, elsewhere);
  const { rename } = await import("node:fs/promises");
  await rename(`${file}.new`, file);
  lock?.release();
  expect(await readFile(file, "utf8")).toBe(elsewhere);
});
