import { expect, test } from "vitest";
import { automaticGate, inLanes } from "../../src/transfer/gate.ts";

/** A server that serves so many at once and no more, and a clock. */
async function settle(capacity: number, rounds = 400): Promise<number> {
  let at = 0;
  const gate = automaticGate({ now: () => at, most: 256 });
  for (let round = 0; round < rounds; round++) {
    const running = Math.min(gate.limit, 1000);
    for (let n = 0; n < running; n++) await gate.enter();
    void gate.enter(); // somebody always waits
    at += 100;
    for (let n = 0; n < Math.min(running, capacity); n++) gate.passed(0);
    for (let n = 0; n < running + 1; n++) gate.leave();
  }
  return gate.limit;
}

test("the limit grows while that brings more", async () => {
  expect(await settle(1000)).toBe(256);
});

test("it stops where more brings nothing", async () => {
  const limit = await settle(40);
  expect(limit).toBeGreaterThanOrEqual(36);
  expect(limit).toBeLessThanOrEqual(90);
});

test("a busy server halves it, once for many answers that come together", () => {
  let at = 10_000;
  const gate = automaticGate({ now: () => at });
  const before = gate.limit;
  for (let n = 0; n < 10; n++) gate.busy();
  expect(gate.limit).toBe(before / 2);
  at += 1000;
  gate.busy();
  expect(gate.limit).toBe(before / 4);
  for (let n = 0; n < 20; n++) {
    at += 1000;
    gate.busy();
  }
  expect(gate.limit).toBe(1);
});

test("a fixed one stays", () => {
  const gate = automaticGate({ now: () => 0, fixed: 3 });
  gate.busy();
  expect(gate.limit).toBe(3);
});

test("lanes: every item once, and no more at once than the gate lets", async () => {
  const gate = automaticGate({ now: () => 0, fixed: 3 });
  await gate.enter(); // the caller's own
  const seen: number[] = [];
  let [running, most] = [0, 0];
  const items = Array.from({ length: 20 }, (_, n) => n);
  await inLanes(
    items,
    async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      seen.push(item);
    },
    { gate, most: 16 },
  );
  expect(seen.sort((a, b) => a - b)).toEqual(items);
  expect(most).toBe(3);
});

test("lanes: the first failure ends them, after what runs has ended", async () => {
  const gate = automaticGate({ now: () => 0, fixed: 4 });
  let finished = 0;
  const work = async (item: number): Promise<void> => {
    await new Promise((done) => setImmediate(done));
    finished++;
    if (item === 2) throw new Error("broken");
  };
  await expect(inLanes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], work, { gate, most: 4 })).rejects.toThrow("broken");
  expect(finished).toBeLessThan(10);
});
