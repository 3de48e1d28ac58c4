import { type Summary, type TransferEvent, visible } from "@fedbucket/client";
import type { Context } from "../context.ts";
import { formatBytes } from "../output.ts";

/** Shows a transfer while it runs: to programs as JSON lines, to people as one line that changes. */
export interface Show {
  onEvent(event: TransferEvent): void;
  onBytes(bytes: number): void;
  onPlanned(objects: number, bytes: number): void;
  onPlanComplete(): void;
  /** Something is tried again later. */
  onLongWait(error: unknown): void;
  /** Takes the line away. */
  end(): void;
}

/** Short transfers show nothing on the way. */
const firstAfterMs = 1000;
/** On a terminal. */
const everyMs = 250;
/** In a log or a notebook. */
const everyLogMs = 30_000;
/** The rate is that of the last half to whole of this. */
const rateMs = 20_000;
/** What is waited for is told as often as this. */
export const everyWaitMs = 30_000;
/** Failures that are told one by one; all of them are in the file that the end names. */
const toldFailures = 20;

/** What a run does with each object, and how that is told. */
export interface Manner {
  readonly dryRun: boolean;
  /** Whether the source's are removed once they are safe. */
  readonly moves: boolean;
}

export interface ShowOptions extends Manner {
  readonly json: boolean;
}

export function show({ stdout, stderr, now }: Context, { json, dryRun, moves }: ShowOptions): Show {
  const isTerminal = stderr.isTTY === true;
  const interval = isTerminal ? everyMs : everyLogMs;
  const startedAt = now().getTime();
  const planned = { objects: 0, bytes: 0, isComplete: false };
  const done = { objects: 0, bytes: 0, failed: 0 };
  let nextAt = startedAt + (isTerminal ? firstAfterMs : everyLogMs);
  let shown = false;
  /** From here on others fail for the same reason. */
  let isEnding = false;
  let nextWaitAt = startedAt;
  let marks = [{ at: startedAt, bytes: 0 }];
  // Also while nothing happens: that is when people look.
  const timer = setInterval(tick, interval).unref();

  function rateAt(at: number): number {
    const newest = marks.at(-1);
    if (newest !== undefined && at - newest.at >= rateMs / 2) marks = [newest, { at, bytes: done.bytes }];
    const [oldest = { at: startedAt, bytes: 0 }] = marks;
    return at > oldest.at ? Math.max(0, ((done.bytes - oldest.bytes) * 1000) / (at - oldest.at)) : 0;
  }

  function line(at: number): string {
    const rate = rateAt(at);
    const bytes = planned.isComplete ? Math.min(done.bytes, planned.bytes) : done.bytes;
    const left = rate > 0 && planned.isComplete ? (planned.bytes - bytes) / rate : undefined;
    return [
      `${count(done.objects)}${planned.isComplete ? ` of ${count(planned.objects)}` : ""} objects`,
      `${formatBytes(bytes)}${planned.isComplete ? ` of ${formatBytes(planned.bytes)}` : ""}`,
      `${formatBytes(Math.round(rate))}/s`,
      ...(left === undefined || left < 1 ? [] : [`${formatTime(left)} left`]),
      ...(done.failed === 0 ? [] : [`${count(done.failed)} failed`]),
    ].join(", ");
  }

  function tick(): void {
    const at = now().getTime();
    if (at < nextAt) return;
    nextAt = at + interval;
    shown = true;
    stderr.write(isTerminal ? `\r\u001b[K${line(at)}` : `${line(at)}\n`);
  }

  function clear(): void {
    if (shown && isTerminal) stderr.write("\r\u001b[K");
    shown = false;
  }

  return {
    onEvent(event) {
      if (event.event === "copied") done.objects++;
      if (event.event === "failed") done.failed++;
      if (json) stdout.write(`${JSON.stringify(event)}\n`);
      else if (event.event === "failed" || event.event === "skipped") {
        if (event.event === "failed" && (isEnding || done.failed > toldFailures)) return;
        isEnding ||= event.event === "failed" && event.ends === true;
        clear();
        stderr.write(`${event.event}: ${event.key === "" ? "" : `${visible(event.key)}: `}${event.message}\n`);
      } else if (dryRun && !(moves && event.event === "would-copy"))
        stdout.write(`${event.event.replace("-", " ")} ${visible(event.key)}\n`);
      tick();
    },
    onBytes(bytes) {
      done.bytes += bytes;
      tick();
    },
    onPlanned(objects, bytes) {
      planned.objects += objects;
      planned.bytes += bytes;
    },
    onPlanComplete() {
      planned.isComplete = true;
    },
    onLongWait(error) {
      const at = now().getTime();
      if (at < nextWaitAt) return;
      nextWaitAt = at + everyWaitMs;
      clear();
      stderr.write(`${waitingFor(error)}\n`);
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

export const waitingFor = (error: unknown): string =>
  `waiting, and trying again: ${error instanceof Error ? error.message : String(error)}`;

/** What became of it, in a sentence. */
export function inWords(summary: Summary, seconds: number, { dryRun, moves }: Manner): string {
  const { copied, moved, bytes, same, removed, failed, skipped, unverified } = summary;
  const objects = moves ? moved : copied;
  const verb = moves ? ["Moved", "Would move"] : ["Copied", "Would copy"];
  const parts = [
    `${verb[dryRun ? 1 : 0]} ${count(objects)} ${objects === 1 ? "object" : "objects"} (${formatBytes(bytes)})`,
    ...(same === 0 ? [] : [`${count(same)} ${moves ? "there already" : "the same"}`]),
    ...(removed === 0 ? [] : [`${count(removed)} ${dryRun ? "would be " : ""}removed`]),
    ...(skipped === 0 ? [] : [`${count(skipped)} left out`]),
    ...(failed === 0 ? [] : [`${count(failed)} failed`]),
    ...(unverified === 0 ? [] : [`${count(unverified)} with no checksum to compare`]),
  ];
  const rate = bytes > 0 && !dryRun ? `, ${formatBytes(Math.round(bytes / seconds))}/s` : "";
  return `${parts.join(", ")} in ${formatTime(seconds)}${rate}.`;
}

export const count = (number: number): string => number.toLocaleString("en-US");

/** `0.4 s`, `2 min 5 s`, `1 h 12 min`. */
function formatTime(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
