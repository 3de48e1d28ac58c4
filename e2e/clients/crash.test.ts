import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, freePorts, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { signInAtKeystone } from "../harness/keystone.ts";

const rounds = 10;
const writers = 8;
const keysPerWriter = 12;
/** Bytes of the objects written: in the index, at its edge, and in files of their own. */
const sizes = [0, 10, 5000, 131_072, 131_073, 700_000, 3_000_000];

/** What a key may hold: the last change acknowledged, or the one under way when the process was killed. */
interface Expected {
  acknowledged: string | undefined;
  pending: { readonly digest: string | undefined } | undefined;
}

let home: Home;
let cloud: Cloud;
let port: number;
let token: string;
const expected = new Map<string, Expected>();

beforeAll(async () => {
  home = await makeHome();
  port = await freePorts();
  cloud = await startCloud({ env: home.env, port });
  ({ token } = await signInAtKeystone(cloud));
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const url = (key: string): string => `${cloud.storageUrl}/tmp/${encodeURIComponent(key)}`;
const send = (key: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url(key), { ...init, headers: { "X-Auth-Token": token } });
const pick = (count: number): number => Math.floor(Math.random() * count);

/** Puts and deletes keys of its own until the sandbox is gone. */
async function write(writer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const key = `${writer}/${pick(keysPerWriter)}`;
    const body = pick(5) === 0 ? undefined : Buffer.alloc(sizes[pick(sizes.length)] ?? 0, `${key} ${n} `);
    const state = expected.get(key) ?? { acknowledged: undefined, pending: undefined };
    expected.set(key, state);
    const digest = body === undefined ? undefined : digestOf(body);
    state.pending = { digest };
    try {
      const answer = await send(key, body === undefined ? { method: "DELETE" } : { method: "PUT", body });
      await answer.arrayBuffer();
      if (![201, 204, 404].includes(answer.status)) throw new Error(`${key}: ${answer.status}`);
    } catch (error) {
      if (error instanceof TypeError) return; // fetch's word for a connection that broke
      throw error;
    }
    state.acknowledged = digest;
    state.pending = undefined;
  }
}

/** Every key holds a whole object that was acknowledged or under way, and the listing says the same. */
async function check(): Promise<string[]> {
  const listing = await fetch(`${cloud.storageUrl}/tmp?limit=10000`, { headers: { "X-Auth-Token": token } });
  const listed = new Set((await listing.text()).split("\n").filter(Boolean));
  const wrong: string[] = [];
  for (const [key, state] of expected) {
    const answer = await send(key);
    const found = answer.status === 404 ? undefined : digestOf(Buffer.from(await answer.arrayBuffer()));
    const allowed = [state.acknowledged, ...(state.pending === undefined ? [] : [state.pending.digest])];
    if (!allowed.includes(found)) wrong.push(`${key}: ${String(found)} is none of ${allowed.map(String).join(", ")}`);
    if (listed.delete(key) !== (found !== undefined)) wrong.push(`${key}: the listing does not say what GET says`);
    state.acknowledged = found;
    state.pending = undefined;
  }
  return [...wrong, ...[...listed].map((key) => `${key}: listed, but never written`)];
}

test(`kill -9 at ${rounds} random moments loses nothing acknowledged and shows nothing half written`, async () => {
  const wrong: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const writing = Array.from({ length: writers }, (_, writer) => write(writer));
    await wait(50 + pick(700));
    await cloud.kill();
    await Promise.all(writing);
    cloud = await startCloud({ env: home.env, port });
    wrong.push(...(await check()).map((line) => `round ${round}: ${line}`));
  }
  expect(wrong).toEqual([]);
  expect(expected.size).toBeGreaterThan(writers);
});
