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

/** A gate before which there is always somebody. */
function busyGate() {
  let at = 10_000;
  const gate = automaticGate({ now: () => at });
  const fill = (): void => {
    while (gate.tryEnter());
  };
  return {
    gate,
    /** Time passes, then so many of those inside come through, each followed by another. */
    round: (ms: number, bytes = 65_536, objects = gate.limit): void => {
      fill();
      at += ms;
      for (let n = 0; n < objects; n++) {
        gate.passed(bytes);
        gate.leave();
        fill();
      }
    },
    wait: (ms: number): void => void (at += ms),
  };
}

test("it begins with 24, with one for each millisecond that the quickest answer took, and with two on a far server", () => {
  const { gate } = busyGate();
  expect(gate.limit).toBe(24);
  gate.answered(3);
  expect(gate.limit).toBe(24);
  const between = busyGate().gate;
  between.answered(28);
  expect(between.limit).toBe(28);
  const far = busyGate().gate;
  far.answered(104);
  expect(far.limit).toBe(128);
  far.answered(52);
  far.answered(70);
  expect(far.limit).toBe(104);
  const farthest = busyGate().gate;
  farthest.answered(600);
  expect(farthest.limit).toBe(128);
});

test("an answer that takes longer than any way on earth does not make it begin with more", () => {
  const { gate } = busyGate();
  gate.answered(4000);
  expect(gate.limit).toBe(24);
});

test("answers no longer matter once something came through", () => {
  const { gate, round } = busyGate();
  round(1, 0, 1);
  gate.answered(100);
  expect(gate.limit).toBe(24);
});

test("far away it doubles with each round, up to the most", () => {
  const { gate, round } = busyGate();
  const limits = Array.from({ length: 5 }, () => {
    round(60);
    return gate.limit;
  });
  expect(limits).toEqual([48, 96, 128, 128, 128]);
});

test("it no longer doubles when that brought nothing, and takes that step back", () => {
  const { gate, round } = busyGate();
  round(60);
  expect(gate.limit).toBe(48);
  round(120); // as many a second as before
  expect(gate.limit).toBe(24);
  round(60);
  round(60);
  expect(gate.limit).toBe(24);
});

test("near it does not double, however long the first ones take", () => {
  const { gate, round } = busyGate();
  gate.answered(4);
  round(60);
  for (let ms = 60; ms < 390; ms += 10) round(10);
  expect(gate.limit).toBe(24);
  round(10);
  expect(gate.limit).toBe(36);
});

test("as near as can be it does not grow", () => {
  const { gate, round } = busyGate();
  gate.answered(2);
  for (let ms = 0; ms < 2000; ms += 4) round(4);
  expect(gate.limit).toBe(24);
});

test("while nobody waits it does not grow", () => {
  let at = 0;
  const gate = automaticGate({ now: () => at });
  for (let n = 0; n < 100; n++) {
    expect(gate.tryEnter()).toBe(true);
    at += 60;
    gate.passed(65_536);
    gate.leave();
  }
  expect(gate.limit).toBe(24);
});

test("of large objects there are at most 64 at once", () => {
  const { gate, round } = busyGate();
  for (let n = 0; n < 6; n++) round(60, 16 * 1024 ** 2);
  expect(gate.limit).toBe(64);
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

test("after that it rests for five seconds, then grows again, by half", () => {
  const { gate, round, wait } = busyGate();
  round(60);
  gate.busy();
  expect(gate.limit).toBe(24);
  for (let ms = 0; ms < 4800; ms += 60) round(60);
  expect(gate.limit).toBe(24);
  wait(400);
  for (let ms = 0; ms < 420; ms += 60) round(60);
  expect(gate.limit).toBe(36);
});

test("a fixed one stays", () => {
  const gate = automaticGate({ now: () => 0, fixed: 3 });
  gate.busy();
  gate.answered(100);
  for (let n = 0; n < 1000; n++) gate.passed(0);
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
