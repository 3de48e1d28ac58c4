import { randomBytes } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collect } from "./bytes.ts";
import type { Who } from "./clouds.ts";
import { type Machine, machineAt } from "./machine.ts";
import type { Place } from "./traveller.ts";

const slowly = "--bwlimit 100k";

/** A bucket that somebody deletes, with all that is in it, while data moves into or out of it. */
export function bucketGone(via: "s3" | "swift", at: () => Who, on: () => Place): void {
  const name = `alice-gone-${via}-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  let machine: Machine;
  beforeAll(async () => {
    account = await on().account(via);
    machine = await machineAt(at());
    await machine.connect();
    await mkdir(join(machine.home.folder, "data"));
    for (let n = 0; n < 200; n++) await writeFile(join(machine.home.folder, `data/${n}`), randomBytes(20_000));
    await writeFile(join(machine.home.folder, "large"), randomBytes(34 * 1024 ** 2));
  });
  afterAll(async () => await machine[Symbol.asyncDispose]());

  const count = async (): Promise<number> => (await collect(account.bucket(name).list())).length;

  /** What is still on its way may come in between. */
  async function deleteBucket(): Promise<void> {
    for (;;) {
      const store = account.bucket(name);
      const keys = (await collect(store.list())).flatMap((item) => (item.kind === "object" ? [item.key] : []));
      if (store.removeMany !== undefined) await store.removeMany(keys);
      else await Promise.all(keys.map(async (key) => await store.remove(key)));
      const error: unknown = await account.removeBucket(name).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return;
      expect(error).toMatchObject({ code: "STORE_NOT_EMPTY" });
    }
  }

  /** Deletes the bucket once a command has got somewhere. Resolves to all it said. */
  async function during(words: string, gotSomewhere: () => Promise<boolean>): Promise<string> {
    const running = machine.fedbucket(`${words} --via ${via}`).then(
      () => "it succeeded",
      (error: Error) => error.message,
    );
    while (!(await gotSomewhere())) await sleep(20);
    await deleteBucket();
    return await running;
  }

  test("while many files are sent: one reason is told, and the run ends", async () => {
    await account.createBucket(name);
    const said = await during(`sync data s3://${name}/data ${slowly}`, async () => (await count()) > 5);
    expect(said).toContain("ended with 23");
    expect(said.match(/^failed: .*$/gm)).toEqual([expect.stringContaining(`there is no bucket ${name}`)]);
  });

  test("while many files are fetched: as clear, and what came is whole", async () => {
    await account.createBucket(name);
    await machine.fedbucket(`sync data s3://${name}/data --via ${via}`);
    const back = join(machine.home.folder, "back");
    const said = await during(
      `sync s3://${name}/data back ${slowly}`,
      async () => (await readdir(back).catch(() => [])).length > 5,
    );
    expect(said).toContain("ended with 23");
    expect(said).toContain("It ended early");
    for (const file of await readdir(back)) expect(file).toMatch(/^\d+$/);
  });

  test("while a large file is sent: said, and nothing is left that the next run would stumble over", async () => {
    await account.createBucket(name);
    let looks = 0;
    const said = await during(`cp large s3://${name}/large --bwlimit 10M`, async () => ++looks > 50);
    expect(said).toContain(`there is no bucket ${name}`);
    await account.createBucket(name);
    await machine.fedbucket(`cp large s3://${name}/large --via ${via}`);
    await deleteBucket();
  });
}
