import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, persevere, type StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Peer } from "../peers/peer.ts";
import { stopService } from "../peers/service.ts";
import { collect, manyBytes, md5 } from "./bytes.ts";
import type { Who } from "./clouds.ts";
import { type Machine, machineAt } from "./machine.ts";
import type { Place } from "./traveller.ts";

/** Three parts of S3; four seconds for sync. */
const bytes = 40_000_000;
const slowly = "--bwlimit 10M";

/** A process of a peer's, that requests of people or of the store go to. */
export interface Restarted {
  readonly peer: Peer;
  readonly service: string;
}

/** A server restarted while data moves: what was begun is ended, and nothing else is there than what was sent. */
export function restarts({ peer, service }: Restarted, at: () => Who, on: () => Place): void {
  const name = `alice-restart-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  let machine: Machine;
  beforeAll(async () => {
    account = await on().account("s3");
    await account.createBucket(name);
    machine = await machineAt(at());
    await machine.connect();
  });
  afterAll(async () => {
    const store = account.bucket(name);
    for (const item of await collect(store.list())) if (item.kind === "object") await store.remove(item.key);
    await account.removeBucket(name);
    await machine[Symbol.asyncDispose]();
  });
  const stored = async (key: string): Promise<string> => md5((await account.bucket(name).get(key)).body);

  const restart = async (): Promise<void> => {
    await stopService(service);
    await peer.up();
  };

  test("stopped in the middle of a stream: says so, and there is no object", async () => {
    const store = account.bucket(name);
    let stopping: Promise<void> | undefined;
    const halfWay = (): Promise<void> => (stopping = stopService(service));
    const outcome = await store.putStream("stream", interrupted(manyBytes(bytes), halfWay)).then(
      () => "sent",
      (error: unknown) => (error instanceof Failure ? error.code : error),
    );
    await stopping; // parts that were under way may have told of it before its end
    await peer.up();
    expect(outcome).toMatch(/^CONNECTION_(REFUSED|LOST)$/);
    await expect(store.stat("stream")).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });

  test("restarted in the middle of a stream that is held: it goes on, and the object is whole", async () => {
    const store = account.bucket(name);
    let restarting: Promise<void> | undefined;
    const halfWay = (): Promise<void> => (restarting = restart());
    await store.putStream("held", interrupted(manyBytes(bytes), halfWay), { again });
    await restarting;
    expect(await stored("held")).toBe(await md5(manyBytes(bytes)));
  });

  test("restarted while sync sends many small files: each arrives", async () => {
    const folder = `${service}-small`;
    await mkdir(join(machine.home.folder, folder));
    for (let n = 0; n < 100; n++) await writeFile(join(machine.home.folder, folder, String(n)), randomBytes(50_000));
    const store = account.bucket(name);
    await during(
      () => machine.fedbucket(`sync ${folder} s3://${name}/${folder} --bwlimit 3M`),
      async () => (await collect(store.list({ prefix: `${folder}/` }))).length > 0,
      restart,
    );
    const { stderr } = await machine.fedbucket(`verify ${folder} s3://${name}/${folder}`);
    expect(stderr).toContain("100 the same");
  });

  test("restarted while sync sends: sync waits, and ends it", async () => {
    const folder = join(machine.home.folder, service);
    await mkdir(folder);
    const text = randomBytes(bytes);
    await writeFile(join(folder, "file"), text);
    const { multipart } = account.bucket(name);
    await during(
      () => machine.fedbucket(`sync ${service} s3://${name}/${service} ${slowly}`),
      // By the whole name: MinIO lists no others.
      async () =>
        multipart !== undefined && (await collect(multipart.unfinished({ prefix: `${service}/file` }))).length > 0,
      restart,
    );
    expect(await stored(`${service}/file`)).toBe(createHash("md5").update(text).digest("hex"));
  });

  test("restarted while sync fetches: sync goes on where it was", async () => {
    const folder = join(machine.home.folder, `${service}-again`);
    await during(
      () => machine.fedbucket(`sync s3://${name}/${service} ${service}-again ${slowly}`),
      async () => (await bytesIn(folder)) > 0,
      restart,
    );
    const text = await readFile(join(folder, "file"));
    expect(createHash("md5").update(text).digest("hex")).toBe(await stored(`${service}/file`));
  });
}

/** Waits for a server that comes back. */
const again = <T>(attempt: () => Promise<T>): Promise<T> =>
  persevere(attempt, { sleep: (ms) => sleep(ms), random: Math.random, onBusy: () => undefined });

/** Something happens half-way. */
async function* interrupted(chunks: AsyncIterable<Uint8Array>, work: () => Promise<void>): AsyncGenerator<Uint8Array> {
  let left = bytes / 2;
  for await (const chunk of chunks) {
    yield chunk;
    if (left > 0 && (left -= chunk.length) <= 0) await work();
  }
}

/** Does something to a command once it has got somewhere, and waits for its end. */
async function during(
  command: () => Promise<unknown>,
  gotSomewhere: () => Promise<boolean>,
  work: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const running = command().finally(() => end.abort());
  running.catch(() => undefined); // awaited below
  while (!end.signal.aborted && !(await gotSomewhere())) await sleep(20);
  if (end.signal.aborted) {
    await running;
    throw new Error("the command ended before anything could happen to it");
  }
  await work();
  await running;
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
