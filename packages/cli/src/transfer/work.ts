import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import {
  type Again,
  automaticGate,
  type Gate,
  limitedBandwidth,
  persevere,
  type TraceEntry,
  unlimited,
  usualRetries,
  type Work,
} from "@fedbucket/client";
import { fedbucketPaths, fileJournal, nodeCrypto } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, type OpenAccount } from "../data/accounts.ts";
import { contentTypeOf } from "../data/content-type.ts";
import { everyWaitMs, waitingFor } from "./show.ts";

export interface WorkOptions extends DataOptions {
  readonly bwlimit?: number;
  readonly concurrency?: number;
}

const now = (): number => performance.now();
export const sleep: (ms: number, signal?: AbortSignal) => Promise<void> = usualRetries.sleep;

/**
 * Keeps the heap near what is in use, however many objects pass: left alone, V8 lets it grow with the work and takes
 * 100 MiB more. Flags may change while a program runs; V8 reads these at each collection.
 */
function keepHeapSmall(): void {
  setFlagsFromString("--optimize-for-size");
}

/**
 * Copies hold more for longer. Listings alone would pay for this with half their speed. What is young is so little then
 * that threads which collect it side by side wait longer for each other than they work.
 */
function keepHeapSmallest(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
  setFlagsFromString("--no-parallel-scavenge");
}

/**
 * Compiles quickly rather than well. A copy of thousands of objects is over in the time that V8 takes to optimise what
 * runs for each; one of many more is not slower for it.
 */
function compileQuickly(): void {
  setFlagsFromString("--no-maglev-inlining");
  setFlagsFromString("--no-osr-from-maglev");
  setFlagsFromString("--invocation-count-for-turbofan=100000");
}

/** Once bytes pass, a tenth of the processor's time is worth more than 3 MiB. */
function favourSpeed(): void {
  setFlagsFromString("--no-optimize-for-size");
}

/** After so many pieces, the room for what is young has grown from one to two megabytes, if at all. */
const grownAfter = 200;

/** In twice the room, what is under way is collected half as often. */
function letYoungGrow(may: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`);
}

/** A gate that hears how soon servers answer, and of every answer that asks for less. */
export function openGate(context: Context, options: WorkOptions): { readonly gate: Gate; readonly open: OpenAccount } {
  keepHeapSmall();
  const gate = makeGate(options);
  const onAnswer = ({ status, ms, error }: Pick<TraceEntry, "status" | "ms" | "error">): void => {
    // On a slow line, too many share it when one gets nothing through in time.
    const isLate = error === "IDLE_TIMEOUT" || error === "CONNECT_TIMEOUT";
    if (status === 503 || status === 429 || isLate) gate.busy();
    else if (status !== undefined) gate.answered(ms);
  };
  return { gate, open: accountsOf(context, { ...options, onAnswer }) };
}

export const makeGate = ({ concurrency }: WorkOptions): Gate => automaticGate({ now, fixed: concurrency });

/** Attempts that outlast troubles of the network and of servers, and tell what they wait for. */
export function outlasting({ signal, stderr }: Context, gate: Gate): Again {
  let nextAt = 0;
  const onLongWait = (error: unknown): void => {
    if (now() < nextAt) return;
    nextAt = now() + everyWaitMs;
    stderr.write(`${waitingFor(error)}\n`);
  };
  const how = { sleep, random: Math.random, signal, onBusy: () => gate.busy(), onLongWait };
  return async (attempt) => await persevere(attempt, how);
}

const toldOfWhole = new WeakSet<Context>();

/** Once for a command. */
function tellOfWhole(context: Context): void {
  if (toldOfWhole.has(context)) return;
  toldOfWhole.add(context);
  context.stderr.write(
    "note: over Swift this store takes a file in one request, so a large one that is interrupted begins anew; over S3 it goes on\n",
  );
}

export function makeWork(
  context: Context,
  gate: Gate,
  { bwlimit }: WorkOptions,
  onBytes: (bytes: number) => void,
): Work {
  keepHeapSmallest();
  compileQuickly();
  const { signal } = context;
  let pieces = 0;
  return {
    crypto: nodeCrypto(),
    gate,
    bandwidth: bwlimit === undefined ? unlimited : limitedBandwidth({ bytesPerSecond: bwlimit, now, sleep, signal }),
    journal: fileJournal(join(fedbucketPaths(context.env).state, "uploads")),
    contentTypeOf,
    onBytes(bytes) {
      if (pieces === 0) {
        favourSpeed();
        letYoungGrow(true);
      } else if (pieces === grownAfter) letYoungGrow(false);
      pieces++;
      onBytes(bytes);
    },
    onWhole: () => tellOfWhole(context),
    signal,
  };
}
