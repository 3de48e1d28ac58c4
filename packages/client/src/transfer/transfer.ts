import { Failure } from "../failure.ts";
import { copyAcross } from "./across.ts";
import type { Direction, Rule } from "./compare.ts";
import { download } from "./download.ts";
import type { Entry, Pages } from "./entry.ts";
import type { Summary, TransferEvent } from "./events.ts";
import { both, everything, type Filter } from "./filter.ts";
import type { ListingProblem } from "./folder.ts";
import { findOn, look } from "./look.ts";
import { tellingAttempt } from "./passing.ts";
import { persevere, type Perseverance } from "./persevere.ts";
import { type Action, type Batch, plan, planOf, sizeOf } from "./plan.ts";
import { inGroups, removeEntries } from "./remove.ts";
import { listSide, type Side } from "./side.ts";
import { Tally } from "./tally.ts";
import { upload } from "./upload.ts";
import type { Copied, Work } from "./work.ts";

export interface TransferOptions {
  readonly source: Side;
  readonly destination: Side;
  readonly filter: Filter;
  /** What of that is done here; other processes do the rest. Default: all. */
  readonly share?: Filter;
  readonly rule: Rule;
  /** Removes what only the destination has, once every copy is safe. */
  readonly removes: boolean;
  /** Removes at the source what is safe at the destination. */
  readonly moves: boolean;
  /** Finds out and tells, changes nothing. */
  readonly dryRun: boolean;
  /** In place of listings: these keys only, where they fit the filter. Nothing else is removed then. */
  readonly keys?: AsyncIterable<string> | undefined;
  readonly work: Work;
  readonly onEvent: (event: TransferEvent) => void;
  /** Awaited before more is planned: events should not pile up where nobody reads them. */
  readonly untilTold?: () => Promise<void>;
  /** Told what is going to be copied, as the plan grows. */
  readonly onPlanned?: (objects: number, bytes: number) => void;
  /** See {@link Perseverance.onLongWait}. */
  readonly onLongWait?: (error: unknown) => void;
  /** Told when the plan is complete. */
  readonly onPlanComplete?: () => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

/** From a server that is far, a whole page of names takes several round trips; so many are something to begin with. */
const firstPage = 128;
/** So many begin before those before them are sent on their way. */
const begunTogether = 8;
/** Removals that are remembered while copies go on; when there are more, both sides are listed once more. */
const rememberedRemovals = 10_000;

/**
 * Makes the destination have what the source has. One that fails does not stop the others. Rejects when it is
 * interrupted, and when a side cannot be listed from the start; one that cannot be any more ends it early.
 */
export async function transfer(options: TransferOptions): Promise<Summary> {
  const run = new Run(options);
  await run.copy();
  if (options.removes && options.keys === undefined) await run.remove();
  return run.tally.summary();
}

class Run {
  readonly #options: TransferOptions;
  readonly #direction: Direction;
  /** What is done here. */
  readonly #filter: Filter;
  readonly #removals: Entry[] = [];
  readonly tally: Tally;
  #removalCount = 0;
  #sourceIsEmpty = true;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.tally = new Tally(options.onEvent);
    const { source, destination, filter, share = everything } = options;
    this.#filter = share === everything ? filter : both(filter, share);
    this.#direction = source.kind === "folder" ? "up" : destination.kind === "folder" ? "down" : "across";
  }

  async copy(): Promise<void> {
    const { keys, work } = this.#options;
    const batches = keys === undefined ? this.#plan(true) : planOf(keys, this.#filter);
    await this.#unlessOver(async () => {
      await this.#each(batches);
    });
    work.signal?.throwIfAborted();
  }

  async remove(): Promise<void> {
    if (this.#sourceIsEmpty && this.#removalCount > 0) this.tally.failed("", sourceEmpty());
    if (!this.tally.isComplete) {
      this.tally.removalsHeldBack = this.#removalCount > 0;
      return;
    }
    if (this.#removalCount <= rememberedRemovals) return await this.#removeAll(inGroups([this.#removals]));
    const surplus = this.#surplus();
    await this.#unlessOver(async () => await this.#removeAll(inGroups(surplus)));
  }

  /** A side that can no longer be listed ends the run; what was done until then is told as always. */
  async #unlessOver(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.work.signal?.throwIfAborted();
      this.tally.cannotGoOn(error);
    }
  }

  /** What only the destination has, seen anew. */
  async *#surplus(): AsyncGenerator<readonly Entry[]> {
    for await (const { actions } of this.#plan(false))
      yield actions.flatMap((action) => (action.kind === "remove" ? action.destination : []));
  }

  #plan(tells: boolean): AsyncIterable<Batch> {
    const { source, destination, rule, removes, moves } = this.#options;
    return plan(this.#list(source, tells, true), this.#list(destination, false, false), {
      rule,
      direction: this.#direction,
      removes,
      tellsSame: moves,
    });
  }

  #list(side: Side, tells: boolean, isSource: boolean): Pages {
    const { filter, share, work } = this.#options;
    // Nothing for this process is not nothing at all.
    const seeing = (key: string): boolean => {
      if (!filter.keeps(key)) return false;
      this.#sourceIsEmpty = false;
      return share?.keeps(key) !== false;
    };
    const onProblem = ({ key, message, isHarmless }: ListingProblem): void => {
      if (!isHarmless && isSource) this.tally.isBlind = true;
      if (!tells) return;
      if (isHarmless) this.tally.skipped(key, message);
      else this.tally.failed(key, new Error(message));
    };
    const withoutMarkers = this.#direction !== "across";
    const perseverance = this.#perseverance;
    return listSide(side, {
      filter: isSource && share !== undefined ? { ...this.#filter, keeps: seeing } : this.#filter,
      onProblem,
      withoutMarkers,
      signal: work.signal,
      perseverance,
      atOnce: () => work.gate.limit,
      firstPage: isSource ? firstPage : undefined,
    });
  }

  /** Runs the actions as the gate lets them, and waits for all. */
  async #each(batches: AsyncIterable<Batch>): Promise<void> {
    const { gate, signal } = this.#options.work;
    const running = new Set<Promise<void>>();
    let mostRunning = 0;
    try {
      for await (const { actions, same } of batches) {
        await this.#options.untilTold?.();
        this.tally.same(same);
        if (same > 0 || actions.some(({ kind }) => kind !== "remove")) this.#sourceIsEmpty = false;
        this.#options.onPlanned?.(...sizeOf(actions));
        for (const action of actions) {
          if (action.kind === "remove") {
            this.#remember(action.destination);
            continue;
          }
          await gate.enter();
          if (this.tally.isStopped || signal?.aborted === true) {
            gate.leave();
            return;
          }
          const one: Promise<void> = this.#handle(action).finally(() => {
            gate.leave();
            running.delete(one);
          });
          running.add(one);
          if (running.size > mostRunning) {
            mostRunning = running.size;
            await this.#letBegin(mostRunning);
          }
        }
      }
      this.#options.onPlanComplete?.();
    } finally {
      await Promise.all(running);
    }
  }

  /** While more and more begin at once, those that began are sent on their way before all the others are read and summed. */
  async #letBegin(running: number): Promise<void> {
    if (running % begunTogether === 0) await this.#options.sleep(0);
  }

  /** Failures are told and counted; the transfer goes on. Undefined for what failed. */
  async #attempt<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await persevere(work, this.#perseverance);
    } catch (error) {
      if (this.#options.work.signal?.aborted !== true) this.tally.failed(key, error);
      return undefined;
    }
  }

  async #handle(action: Exclude<Action, { kind: "remove" }>): Promise<void> {
    const { moves, dryRun } = this.#options;
    const source = await this.#attempt(action.key, () => this.#perform(action));
    if (source === undefined || !moves) return;
    if (dryRun) this.tally.removed("would-move", action.key, source.bytes);
    else await this.#attempt(action.key, async () => await this.#removeSource(source));
  }

  /** Resolves to what was found at the source. */
  async #perform(action: Exclude<Action, { kind: "remove" }>): Promise<Entry> {
    const { dryRun, work } = this.#options;
    const seen =
      action.kind === "look"
        ? await look(action, { ...this.#options, direction: this.#direction })
        : { source: action.source, isSame: action.kind === "same" };
    const { source, isSame } = seen;
    if (isSame) this.tally.same(1);
    else if (dryRun) this.tally.wouldCopy(action.key, source.bytes);
    else {
      if (action.kind === "look") this.#options.onPlanned?.(1, source.bytes);
      const copied = await tellingAttempt(work.onBytes, (onBytes) => this.#copyOne(source, { ...work, onBytes }));
      this.tally.copied(action.key, copied.bytes, copied.isVerified);
      work.gate.passed(copied.bytes);
    }
    return source;
  }

  async #copyOne(entry: Entry, work: Work): Promise<Copied> {
    const { source, destination } = this.#options;
    const wanted = { key: entry.key, bytes: entry.bytes, etag: entry.etag ?? "" };
    if (source.kind === "store")
      return destination.kind === "store"
        ? await copyAcross(source, wanted, destination, work)
        : await download(source, wanted, destination.folder, work);
    if (destination.kind === "store") return await upload(source.folder, entry.key, destination, work);
    throw new TypeError("one of the two sides is a store");
  }

  /** Only what still is what was copied. */
  async #removeSource(entry: Entry): Promise<void> {
    const { source, work } = this.#options;
    if (source.kind === "store") {
      const now = await findOn(source, entry.key, work.signal);
      if (now === undefined) return this.tally.removed("moved", entry.key, entry.bytes);
      if (now.etag !== entry.etag) throw new Error(`${entry.key} changed meanwhile, so it was left at the source`);
    }
    const left = await removeEntries(source, [entry], work.signal);
    for (const error of left.values()) throw error;
    this.tally.removed("moved", entry.key, entry.bytes);
  }

  get #perseverance(): Perseverance {
    const { sleep, random, work, onLongWait } = this.#options;
    return { sleep, random, signal: work.signal, onBusy: () => work.gate.busy(), onLongWait };
  }

  #remember(entry: Entry): void {
    this.#removalCount++;
    if (this.#removalCount <= rememberedRemovals) this.#removals.push(entry);
  }

  async #removeAll(groups: AsyncIterable<readonly Entry[]>): Promise<void> {
    const { destination, dryRun, work } = this.#options;
    for await (const group of groups) {
      await this.#options.untilTold?.();
      if (this.tally.isStopped) return;
      if (dryRun) {
        for (const { key, bytes } of group) this.tally.removed("would-remove", key, bytes);
        continue;
      }
      await this.#attempt(group[0]?.key ?? "", async () => {
        const left = await removeEntries(destination, group, work.signal);
        for (const { key, bytes } of group) {
          const error = left.get(key);
          if (error === undefined) this.tally.removed("removed", key, bytes);
          else this.tally.failed(key, error);
        }
      });
      work.signal?.throwIfAborted();
    }
  }
}

/** More often a slip of the pen than a wish, and there is no way back. */
function sourceEmpty(): Failure {
  return new Failure("SOURCE_EMPTY", "usage", "the source has nothing, so --delete would remove everything", {
    cure: ["If that is meant: fedbucket rm --recursive DESTINATION"],
  });
}
