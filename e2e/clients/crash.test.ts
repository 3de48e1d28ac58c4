import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, freePorts, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { signInAtKeystone } from "../harness/keystone.ts";
import { type Change, changesWith, digestOf, pick } from "./changes.ts";

const rounds = 10;
const writers = 8;
const keysPerWriter = 12;

/** What a key may hold: the last change acknowledged, or the one under way when the process was killed. */
interface Expected {
  acknowledged: string | undefined;
  pending: Change | undefined;
}

let home: Home;
let cloud: Cloud;
let port: number;
let token: string;
let changes: ReturnType<typeof changesWith>;
const expected = new Map<string, Expected>();

beforeAll(async () => {
  home = await makeHome();
  port = await freePorts();
  cloud = await startCloud({ env: home.env, port });
  const person = await signInAtKeystone(cloud);
  token = person.token;
  changes = changesWith({ cloud: () => cloud, token, key: await person.createKey() });
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

/** Any change to a key; `copy` only from a key of the same writer, which nobody else changes meanwhile. */
function anyChange(writer: number, key: string, n: number): Change {
  const from = `${writer}/${pick(keysPerWriter)}`;
  const source = expected.get(from)?.acknowledged;
  const choice = pick(10);
  if (choice < 2) return changes.remove(key);
  if (choice < 4 && source !== undefined && from !== key) return changes.copy(key, from, source);
  return choice < 6 ? changes.multipart(key, `${key} ${n}`) : changes.put(key, `${key} ${n}`);
}

/** Changes keys of its own until the sandbox is gone. */
async function write(writer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const key = `${writer}/${pick(keysPerWriter)}`;
    const state = expected.get(key) ?? { acknowledged: undefined, pending: undefined };
    expected.set(key, state);
    state.pending = anyChange(writer, key, n);
    try {
      await state.pending.send();
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    state.acknowledged = state.pending.digest;
    state.pending = undefined;
  }
}

const get = (path: string): Promise<Response> =>
  fetch(`${cloud.storageUrl}/tmp${path}`, { headers: { "x-auth-token": token } });

/** Every key holds a whole object that was acknowledged or under way, and the listing says the same. */
async function check(): Promise<string[]> {
  const listed = new Set((await (await get("?limit=10000")).text()).split("\n").filter(Boolean));
  const wrong: string[] = [];
  for (const [key, state] of expected) {
    const answer = await get(`/${key}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const found = answer.status === 404 ? undefined : digestOf(bytes);
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
