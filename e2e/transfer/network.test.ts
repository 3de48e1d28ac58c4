/** Bad lines and busy servers: what the store sees of a transfer. */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createHttp, type Side, type Summary, s3Account, usualRetries } from "@fedbucket/client";
import { diskFolder, nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TcpProxy, tcpProxy } from "../harness/tcp-proxy.ts";
import { makeKeys, scopedToken } from "../test/stores.ts";
import { copyDirectly } from "./direct.ts";
import { type Traveller, traveller } from "./traveller.ts";
import { readTree, smallFiles, writeTree } from "./trees.ts";

let me: Traveller;
let fault: (event: FaultEvent) => Promise<Fault | undefined> | Fault | undefined = () => undefined;
beforeEach(async () => {
  fault = () => undefined;
  me = await traveller({ fault: (event) => (event.listener === "objects" ? fault(event) : undefined) });
});
afterEach(async () => await me[Symbol.asyncDispose]());

const isObject = ({ request }: FaultEvent): boolean => request.path.startsWith("/moved/");

/** A transfer over the proxy by somebody who waits 300 ms for an answer, and hardly before the next attempt. */
async function impatient(proxy: TcpProxy, direction: "up" | "down") {
  const keys = await makeKeys(me.sandbox, await scopedToken(me.sandbox));
  const transport = nodeTransport({ connectTimeoutMs: 300, idleTimeoutMs: 300 });
  const crypto = nodeCrypto();
  const sleep = async (): Promise<void> => await pause(1);
  const retry = { ...usualRetries, sleep };
  const http = createHttp({ transport, now: () => new Date(), mayReceiveBearer: () => false, retry });
  const endpoint = { url: proxy.origin, region: me.sandbox.region };
  const account = s3Account({ http, endpoint, credentials: async () => keys, crypto });
  const folder: Side = { kind: "folder", folder: diskFolder(me.at(direction === "up" ? "data" : "back")) };
  const store: Side = {
    kind: "store",
    store: account.bucket("moved"),
    bucket: "moved",
    prefix: "data/",
    account: "here",
  };
  const failures: { code: string; message: string }[] = [];
  const [source, destination] = direction === "up" ? [folder, store] : [store, folder];
  const onFailed = (failure: { code: string; message: string }): void => void failures.push(failure);
  const run = async (): Promise<Summary> =>
    await copyDirectly(source, destination, { journal: me.at("journal"), sleep, onFailed });
  return { run, failures, [Symbol.dispose]: () => transport.close() };
}

test.each(["up", "down"] as const)(
  "every packet is lost for a while, %s: the transfer goes on where it was",
  async (direction) => {
    await writeTree(me.at("data"), { ...smallFiles(40), big: randomBytes(40 * 1024 ** 2) });
    if (direction === "down") await me.go("sync data s3://moved/data");
    await using proxy = await tcpProxy(me.sandbox.s3Endpoint);
    using traveling = await impatient(proxy, direction);
    let objects = 0;
    fault = (event) => {
      // In the middle of small objects, then of the parts of the large one.
      if (event.moment === "request" && isObject(event) && [20, 42].includes(++objects)) proxy.silence(12);
      return undefined;
    };
    expect(await traveling.run()).toMatchObject({ failed: 0, copied: 41 });
    expect(proxy.silenced).toBe(12);
    fault = () => undefined;
    if (direction === "up") await me.go("sync s3://moved/data back");
    expect(await readTree(me.at("back"))).toEqual(await readTree(me.at("data")));
    expect((await me.go("ls -r s3://moved")).stdout.trim().split("\n")).toHaveLength(41);
  },
);

test.each(["up", "down"] as const)(
  "every packet is lost for good, %s: each failure is named, nothing half done is visible",
  async (direction) => {
    await writeTree(me.at("data"), smallFiles(6));
    if (direction === "down") await me.go("sync data s3://moved/data");
    await using proxy = await tcpProxy(me.sandbox.s3Endpoint);
    using traveling = await impatient(proxy, direction);
    let objects = 0;
    fault = (event) => {
      if (event.moment === "request" && isObject(event) && ++objects === 3) proxy.silence(Number.POSITIVE_INFINITY);
      return undefined;
    };
    const { failed, copied } = await traveling.run();
    expect(failed).toBeGreaterThan(0);
    expect(failed + copied).toBe(6);
    expect(new Set(traveling.failures.map(({ code }) => code))).toEqual(new Set(["TIMEOUT"]));
    expect(traveling.failures[0]?.message).toContain("did not answer in time");
    fault = () => undefined;
    const source = await readTree(me.at("data"));
    if (direction === "up") await me.go("sync s3://moved/data back");
    expect(source).toMatchObject(await readTree(me.at("back")));
  },
);

test.each(["up", "down"] as const)("--bwlimit: at no time did more pass than is allowed, %s", async (direction) => {
  const [rate, bytes, count] = [500 * 1024, 16 * 1024, 100];
  const files = Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, randomBytes(bytes)]));
  await writeTree(me.at("data"), files);
  if (direction === "down") await me.go("sync data s3://moved/data");
  const startedAt = performance.now();
  const burst = 16 * bytes;
  let objects = 0;
  let excess = 0;
  fault = (event) => {
    if (event.moment === "response" && isObject(event)) {
      objects++;
      const seconds = (performance.now() - startedAt) / 1000;
      // What the store has sent may wait in buffers on the way; what it has received has passed.
      if (direction === "up") excess = Math.max(excess, objects * bytes - rate * seconds);
    }
    return undefined;
  };
  const words = direction === "up" ? "data s3://moved/data" : "s3://moved/data back";
  await me.go(`sync ${words} --bwlimit 500k`);
  expect(objects).toBe(count);
  expect(excess).toBeLessThanOrEqual(burst);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(count * bytes).toBeLessThanOrEqual(rate * seconds + 65_536);
});

test.each([
  [503, "SlowDown"],
  [429, "TooManyRequests"],
])("a store that says %i %s has fewer requests at once from then on, and gets everything", async (status, code) => {
  await writeTree(me.at("data"), smallFiles(400));
  const busy: Fault = { answer: { status, headers: {}, body: `<Error><Code>${code}</Code></Error>` } };
  let [atOnce, seen] = [0, 0];
  let [mostBefore, mostAfter] = [0, 0];
  fault = async (event) => {
    if (event.moment !== "request" || event.request.method !== "PUT") return undefined;
    const number = ++seen;
    atOnce++;
    await pause(20);
    if (number <= 100) mostBefore = Math.max(mostBefore, atOnce);
    if (number > 200 && number <= 260) mostAfter = Math.max(mostAfter, atOnce);
    atOnce--;
    return number > 100 && number <= 140 ? busy : undefined;
  };
  await me.go("sync data s3://moved/data");
  fault = () => undefined;
  expect(mostBefore).toBeGreaterThanOrEqual(16);
  expect(mostAfter).toBeLessThan(mostBefore * 0.75);
  await me.go("verify data s3://moved/data");
});
