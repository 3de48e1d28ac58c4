import type { Summary } from "@fedbucket/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inWords, show } from "../../src/transfer/show.ts";
import { silentContext } from "../silent-context.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MiB = 1024 ** 2;

/** A transfer shown on a terminal; `line` is what stands there now. */
function terminal() {
  let written = "";
  const stderr = { isTTY: true, write: (text: string | Uint8Array) => (written += String(text)).length > 0 };
  const shown = show(silentContext({ stderr }), { json: false, dryRun: false, moves: false });
  return { ...shown, line: () => written.split("\r\u001b[K").at(-1) };
}

test("bytes count as they pass, and what has to pass again is taken back", () => {
  const shown = terminal();
  shown.onPlanned(1, 100 * MiB);
  shown.onPlanComplete();
  shown.onBytes(30 * MiB);
  vi.advanceTimersByTime(2000);
  expect(shown.line()).toBe("0 of 1 objects, 30.0 MiB of 100.0 MiB, 15.0 MiB/s, 4.7 s left");
  shown.onBytes(-10 * MiB);
  vi.advanceTimersByTime(250);
  expect(shown.line()).toContain("20.0 MiB of 100.0 MiB");
  shown.onBytes(85 * MiB); // it grew since it was listed
  vi.advanceTimersByTime(250);
  expect(shown.line()).toContain("100.0 MiB of 100.0 MiB");
  shown.end();
  expect(shown.line()).toBe("");
});

test("while nothing passes, the line says so, and promises no end", () => {
  const shown = terminal();
  shown.onPlanned(1, 100 * MiB);
  shown.onPlanComplete();
  shown.onBytes(50 * MiB);
  vi.advanceTimersByTime(5000);
  expect(shown.line()).toContain("10.0 MiB/s");
  vi.advanceTimersByTime(60_000);
  expect(shown.line()).toBe("0 of 1 objects, 50.0 MiB of 100.0 MiB, 0 bytes/s");
  shown.end();
});

test("what was there from an earlier run does not make the time that is left look shorter for long", () => {
  const shown = terminal();
  shown.onPlanned(1, 1000 * MiB);
  shown.onPlanComplete();
  shown.onBytes(800 * MiB);
  for (let second = 0; second < 60; second++) {
    vi.advanceTimersByTime(1000);
    shown.onBytes(MiB);
  }
  vi.advanceTimersByTime(1000);
  expect(shown.line()).toMatch(/, 1(\.\d+)? MiB\/s, 2 min/);
  shown.end();
});

test.each([
  [{ dryRun: false, moves: false }, "Copied 1 object (5 bytes), 2 the same in 1.0 s, 5 bytes/s."],
  [{ dryRun: true, moves: false }, "Would copy 1 object (5 bytes), 2 the same in 1.0 s."],
  [{ dryRun: false, moves: true }, "Moved 3 objects (5 bytes), 2 there already in 1.0 s, 5 bytes/s."],
  [{ dryRun: true, moves: true }, "Would move 3 objects (5 bytes), 2 there already in 1.0 s."],
])("%j in words", (manner, words) => {
  const none = { removed: 0, failed: 0, skipped: 0, unverified: 0, removalsHeldBack: false };
  const summary: Summary = { copied: 1, bytes: 5, same: 2, moved: 3, ...none };
  expect(inWords(summary, 1, manner)).toBe(words);
});
