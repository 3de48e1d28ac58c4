import { Failure } from "../failure.ts";
import type { ObjectPage } from "../object-page.ts";
import { type Guess, type KeySpace, keySpace } from "./key-space.ts";
import { compareUtf8 } from "./order.ts";
import type { PageOptions } from "./store.ts";

/** One request for a page. */
export interface Question {
  /** Only keys behind it. */
  readonly after?: string | undefined;
  /** As the answer before said, when there was one; `after` does not count then. */
  readonly next?: string | undefined;
  /** Keys behind it are not needed. */
  readonly until?: string | undefined;
  /** So many keys are enough. Default: as many as there are in a page. */
  readonly most?: number | undefined;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly objects: ObjectPage;
  /** The way to the next page; absent on the last. */
  readonly next?: string | undefined;
  /** What is behind it was left out, as far as the server knows what is not needed. Default: nothing was. */
  readonly upTo?: string | undefined;
  /** Told when nobody looks at the objects any more. */
  readonly release?: () => void;
}

/** Requests under way at most. */
const mostAtOnce = 8;
/** What it takes to read a page: a server that answers sooner is not waited for, so that nothing is gained. */
const readingMs = 2;
/** Objects that a range is made to have, about, and pages at most. */
const [objectsOfRange, pagesOfRange] = [4_000, 4];
/** Objects that wait for their turn, about. */
const mostHeld = 24_000;
/** Keys of a page that tell what keys look like, and so many pages' of them. */
const [samplesOfPage, sampledPages] = [16, 4];
/** The longest key that servers take. */
const longestKeyBytes = 1024;

/**
 * A listing by several requests at once: one page follows the other, but what lies some pages ahead can be asked for as
 * well when there is a key to begin behind. That key is a guess, as far ahead as the pages so far make it, and
 * nothing depends on it: a range ends where the next begins, wherever that is. They are handed on in order, and only
 * ranges soon to come are asked for, so that what is held stays bounded.
 *
 * The first page is asked for alone, then one more at once for each page that came, one less for each guess that brought
 * nothing, and never more than it takes to be as fast as pages can be read.
 *
 * @param now In milliseconds, steadily growing.
 */
export async function* sideBySide(
  ask: (question: Question) => Promise<Answer>,
  options: PageOptions = {},
  now: () => number = () => performance.now(),
): AsyncGenerator<ObjectPage> {
  yield* new Ranges(ask, options, now).pages();
}

interface Page {
  readonly objects: ObjectPage;
  readonly release?: (() => void) | undefined;
}

/** The keys behind one and up to another. */
interface Range {
  readonly after: string | undefined;
  until: string | undefined;
  /** Waiting for their turn. */
  readonly pages: Page[];
  /** That came so far. */
  pageCount: number;
  next?: string | undefined;
  isAsked: boolean;
  isEnded: boolean;
  failure?: { readonly error: unknown };
  /** The last key that came. */
  last?: string;
  /** As far as a page goes: from the first key to the last of one. */
  step?: readonly [string, string] | undefined;
}

/** What was asked for. */
interface Asked {
  /** The first page of a range. */
  readonly isFirst: boolean;
  /** Less than a page, which does not show how far one goes. */
  readonly isShort: boolean;
}

class Ranges {
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #now: () => number;
  readonly #prefix: string;
  readonly #firstPage: number | undefined;
  readonly #atOnce: () => number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  readonly #ranges: Range[];
  #samples: (readonly string[])[] = [];
  #space: KeySpace | undefined;
  /** How many requests at once have proven their worth: more with each that brings something, fewer with each that does not. */
  #worth = 1;
  /** Whether the server lists in order and begins where it is told to. */
  #maySplit = true;
  /** Of all answers: the others waited for each other. */
  #fastestMs = Infinity;
  #wake = (): void => {};

  constructor(ask: (question: Question) => Promise<Answer>, options: PageOptions, now: () => number) {
    const { prefix = "", after, firstPage, atOnce = () => mostAtOnce, signal } = options;
    this.#ask = ask;
    this.#now = now;
    this.#prefix = prefix;
    this.#firstPage = firstPage;
    this.#atOnce = atOnce;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    this.#ranges = [newRange(after, undefined)];
  }

  async *pages(): AsyncGenerator<ObjectPage> {
    try {
      for (let range = this.#ranges[0]; range !== undefined; range = this.#ranges[0]) {
        this.#askForMore();
        const page = range.pages.shift();
        if (page !== undefined) {
          yield page.objects;
          page.release?.();
        } else if (range.failure !== undefined) throw range.failure.error;
        else if (range.isEnded) this.#ranges.shift();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#stop.abort();
      await Promise.all(this.#running);
    }
  }

  #askForMore(): void {
    this.#worth = Math.max(1, Math.min(this.#worth, this.#atOnce(), mostAtOnce));
    const most = Math.min(this.#worth, 1 + Math.floor(this.#fastestMs / readingMs));
    while (this.#running.size < most) {
      const range = this.#nextToAsk() ?? this.#newRange();
      if (range === undefined) return;
      const one = this.#fetch(range).finally(() => {
        this.#running.delete(one);
        this.#wake();
      });
      this.#running.add(one);
    }
  }

  /** The first one that goes on, while there is room for what it brings. */
  #nextToAsk(): Range | undefined {
    let held = 0;
    for (const range of this.#ranges) {
      if (range.failure !== undefined || held >= mostHeld) return undefined;
      if (!range.isAsked && !range.isEnded) return range;
      held += heldBy(range);
    }
    return undefined;
  }

  /** Cuts off what is far enough ahead in the first range where that can be told. */
  #newRange(): Range | undefined {
    if (!this.#maySplit) return undefined;
    let held = 0;
    for (const [at, range] of this.#ranges.entries()) {
      held += heldBy(range);
      if (range.failure !== undefined || held >= mostHeld) return undefined;
      const split = this.#splitOf(range);
      if (split === undefined) continue;
      const behind = newRange(split.key, range.until);
      behind.step = split.isAlike ? range.step : undefined;
      range.until = split.key;
      this.#ranges.splice(at + 1, 0, behind);
      return behind;
    }
    return undefined;
  }

  #splitOf({ isEnded, last, after, until, step, pageCount }: Range): Guess | undefined {
    const base = last ?? after;
    if (isEnded || base === undefined || step === undefined) return undefined;
    this.#space ??= keySpace(this.#samples.flat());
    const left = until === undefined ? Infinity : this.#space.times(base, until, step);
    const pages = Math.min(this.#pagesOfRange - pageCount, Math.floor(left / 2));
    const guess = this.#space.ahead(base, step, Math.max(1, pages));
    return guess !== undefined && left >= 2 && this.#isWithin(guess.key, base, until) ? guess : undefined;
  }

  #isWithin(key: string, base: string, until: string | undefined): boolean {
    if (!key.startsWith(this.#prefix) || compareUtf8(key, base) <= 0) return false;
    if (until !== undefined && compareUtf8(key, until) >= 0) return false;
    return new TextEncoder().encode(key).byteLength <= longestKeyBytes;
  }

  get #pagesOfRange(): number {
    return Math.min(pagesOfRange, Math.max(1, Math.round(objectsOfRange / this.#largestPage)));
  }

  #largestPage = 1;

  async #fetch(range: Range): Promise<void> {
    range.isAsked = true;
    try {
      const { after, next, until } = range;
      const most = this.#fastestMs === Infinity ? this.#firstPage : undefined;
      const askedAt = this.#now();
      const answer = await this.#ask({ after, next, until, most, signal: this.#signal });
      this.#fastestMs = Math.min(this.#fastestMs, this.#now() - askedAt);
      this.#take(range, { isFirst: next === undefined, isShort: most !== undefined }, answer);
    } catch (error) {
      range.failure = { error };
    }
    range.isAsked = false;
  }

  #take(range: Range, asked: Asked, answer: Answer): void {
    const page = this.#ranges.includes(range) ? this.#look(range, asked, answer) : undefined;
    if (page === undefined) {
      this.#worth--;
      answer.release?.();
      return;
    }
    this.#worth++;
    range.pages.push({ objects: page, release: answer.release });
    range.pageCount++;
    range.last = page.keyAt(page.count - 1);
  }

  /** Finds out what an answer tells. Returns what of it belongs to the range, if anything does. */
  #look(range: Range, { isFirst, isShort }: Asked, { objects, next, upTo }: Answer): ObjectPage | undefined {
    range.next = next;
    range.isEnded = next === undefined;
    const isEmpty = objects.count === 0;
    const [first, last] = isEmpty ? [] : [objects.keyAt(0), objects.keyAt(objects.count - 1)];
    if (isFirst && first !== undefined) this.#forgetEmpty(range, range.after, first);
    if (next === undefined) this.#forgetEmpty(range, last ?? range.last ?? range.after, upTo);
    if (first === undefined || last === undefined) return undefined;
    const isInOrder = objects.isInOrder && (range.last === undefined || compareUtf8(range.last, first) < 0);
    if (!isInOrder && this.#ranges.length > 1) throw unsorted();
    // Some servers begin at the beginning whatever they are told: what came before is left out below.
    if (!isInOrder || (range.after !== undefined && compareUtf8(first, range.after) <= 0)) this.#maySplit = false;
    const page = isInOrder ? objects.within(range.after, range.until) : objects;
    if (range.until !== undefined && compareUtf8(last, range.until) > 0) range.isEnded = true;
    this.#largestPage = Math.max(this.#largestPage, objects.count);
    if (page.count === 0) return undefined;
    if (!isShort) range.step = [first, last];
    const isAll = range.isEnded && this.#ranges.length === 1;
    if (this.#maySplit && !isAll) this.#samples = [...this.#samples.slice(1 - sampledPages), samplesOf(objects)];
    this.#space = undefined;
    return page;
  }

  /** What lies behind a range, and between two keys where there is nothing: the beginning and the end where one is absent. */
  #forgetEmpty(range: Range, from: string | undefined, to: string | undefined): void {
    const isEmpty = ({ after, until }: Range): boolean =>
      (from === undefined || (after !== undefined && compareUtf8(after, from) >= 0)) &&
      (to === undefined || (until !== undefined && compareUtf8(until, to) < 0));
    const behind = this.#ranges.splice(this.#ranges.indexOf(range) + 1);
    this.#ranges.push(...behind.filter((other) => !isEmpty(other)));
  }
}

function newRange(after: string | undefined, until: string | undefined): Range {
  return { after, until, pages: [], pageCount: 0, isAsked: false, isEnded: false };
}

const heldBy = ({ pages }: Range): number => pages.reduce((sum, { objects }) => sum + objects.count, 0);

function samplesOf(page: ObjectPage): readonly string[] {
  const last = page.count - 1;
  return Array.from({ length: samplesOfPage }, (_, n) => page.keyAt(Math.round((n * last) / (samplesOfPage - 1))));
}

function unsorted(): Failure {
  const message = "the store does not list in the order of the names, so some could be missing from what it says";
  return new Failure("LISTING_UNSORTED", "failed", message, {
    cure: ["Try again; if it stays so, tell the site's support."],
  });
}
