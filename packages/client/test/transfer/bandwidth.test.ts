import { expect, test } from "vitest";
import { chunksBody } from "../../src/store/bodies.ts";
import { limitedBandwidth } from "../../src/transfer/bandwidth.ts";

const kibibyte = 1024;

/** A clock that stands still but for those who sleep; they wake in the order of their times. */
function sleepers() {
  let at = 0;
  const asleep: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => at,
    sleep: (ms: number) => new Promise<void>((wake) => void asleep.push({ until: at + ms, wake })),
    /** Lets time pass until nobody sleeps any more. */
    async pass(): Promise<void> {
      for (;;) {
        for (let turn = 0; turn < 100; turn++) await Promise.resolve();
        const [next] = asleep.sort((a, b) => a.until - b.until);
        if (next === undefined) return;
        asleep.shift();
        at = Math.max(at, next.until);
        next.wake();
      }
    },
  };
}

async function readThrough(body: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): Promise<void> {
  for await (const chunk of body) onBytes(chunk.byteLength);
}

test.each([1, 10])("%i bodies together get what is allowed, at no time more, and all of it", async (count) => {
  const clock = sleepers();
  const rate = 100 * kibibyte;
  const limited = limitedBandwidth({ ...clock, bytesPerSecond: rate });
  const each = 1000 * kibibyte;
  let passed = 0;
  const onBytes = (bytes: number): void => {
    passed += bytes;
    expect(passed).toBeLessThanOrEqual((rate * clock.now()) / 1000 + count * 64 * kibibyte);
  };
  const bodies = Array.from({ length: count }, (_, at) => {
    const body = chunksBody([Buffer.alloc(each)], each);
    return at % 2 === 0 ? limited.sent(body).open() : limited.received(body.open());
  });
  const all = Promise.all(bodies.map((body) => readThrough(body, onBytes)));
  await clock.pass();
  await all;
  expect(passed).toBe(count * each);
  expect(clock.now() / 1000).toBeCloseTo((count * each) / rate, 0);
});
