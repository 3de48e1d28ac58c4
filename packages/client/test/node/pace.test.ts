import { expect, test } from "vitest";
import { diskPace } from "../../src/node/pace.ts";

/** Whether a disk still counts as fast after a thousand calls that took so long, by their number. */
function isFastAfter(tookMs: (call: number) => number): boolean {
  let clock = 0;
  const pace = diskPace(() => clock);
  for (let call = 0; call < 1000; call++) pace.timed(() => (clock += tookMs(call)));
  return pace.isFast;
}

test.each<[string, boolean, (call: number) => number]>([
  ["a disk that answers at once", true, () => 0.1],
  ["a process that waits for the processor now and then", true, (call) => (call % 10 === 0 ? 50 : 0.1)],
  ["a disk behind a network", false, () => 2],
  ["a disk that keeps stalling", false, (call) => (call % 2 === 0 ? 50 : 0.1)],
])("%s is fast: %s", (_, isFast, tookMs) => {
  expect(isFastAfter(tookMs)).toBe(isFast);
});
