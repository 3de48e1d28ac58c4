import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { contentBytes } from "./crash-writer.ts";
import type { CrashLine } from "./crash-writer.ts";
import { md5, names, read, temporaryFolder } from "./storages.ts";

const writer = fileURLToPath(new URL("crash-writer.ts", import.meta.url));

/** What a key may hold after a crash: the last that was acknowledged, or what was under way. */
type Expected = Map<string, ReadonlySet<string>>;

/** Lets the writer run until it has told of `lines` changes, kills it, and notes what it told. */
async function crash(folder: string, round: number, lines: number, expected: Expected): Promise<void> {
  const child = spawn(process.execPath, [writer, folder, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    note(JSON.parse(line) as CrashLine, expected);
    told += 1;
    if (told === lines) child.kill("SIGKILL");
  }
  expect(await ended).toEqual([null, "SIGKILL"]);
}

function note({ moment, key, content }: CrashLine, expected: Expected): void {
  const before = expected.get(key) ?? new Set([""]);
  expected.set(key, moment === "done" ? new Set([content]) : new Set([...before, content]));
}

async function held(storage: Storage, key: string): Promise<string> {
  return (await names(storage, { prefix: key })).includes(key) ? md5(await read(storage, key)) : "";
}

async function emptyBucket(storage: Storage): Promise<void> {
  for (const key of await names(storage)) await storage.remove("bucket", key);
  await storage.removeBucket("bucket");
}

test("killed at any moment, nothing acknowledged is lost and nothing half is seen", { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  const expected: Expected = new Map();
  for (let round = 0; round < 8; round += 1) {
    await crash(folder, round, 1 + Math.floor(Math.random() * 300), expected);
    const storage = await openStorage({ folder });
    for (const [key, contents] of expected) {
      const allowed = new Map([...contents].map((content) => [content ? md5(contentBytes(content)) : "", content]));
      const found = await held(storage, key);
      expect([...allowed.keys()], `${key} in round ${round}`).toContain(found);
      expected.set(key, new Set([allowed.get(found) ?? ""]));
    }
    const { entries } = await storage.list({ bucket: "bucket", limit: 1000 });
    const bytes = entries.reduce((sum, entry) => sum + (entry.kind === "object" ? entry.bytes : 0), 0);
    expect(await storage.findBucket("bucket")).toMatchObject({ objects: entries.length, bytes });
    await storage.close();
  }
  const storage = await openStorage({ folder });
  await emptyBucket(storage);
  expect(await readdir(join(folder, "pieces"))).toEqual([]);
  await storage.close();
});
