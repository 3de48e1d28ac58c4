import { PackedText } from "../packed-text.ts";

/** Of a folder below or a file, by what it is called in keys; a folder's ends in a slash. */
export interface Named {
  readonly part: string;
}

/** Names that are sorted together. */
const runNames = 16_384;

/**
 * Collects what is in a folder and hands it out by the UTF-8 bytes of its names. Of most only the name is held, as bytes: a
 * folder of a million files takes some 30 MB, and no peak while it is sorted, which happens in runs that are merged.
 */
export class SortedItems<T extends Named> {
  readonly #make: (part: string) => T;
  readonly #runs: Run<T>[] = [];
  #names = new PackedText(1024);
  #odd: T[] = [];

  /** @param make Makes one of those again of which only the name was added. */
  constructor(make: (part: string) => T) {
    this.#make = make;
  }

  addName(part: string): void {
    this.#names.pushText(part);
    if (this.#names.count === runNames) this.#endRun();
  }

  add(item: T): void {
    this.#odd.push(item);
  }

  /** Once all was added. */
  sort(): this {
    this.#endRun();
    const parts = new PackedText();
    for (const { part } of this.#odd) parts.pushText(part);
    const order = orderOf(parts);
    if (order.length > 0) this.#runs.push({ parts: inOrder(parts, order), at: 0, items: pick(this.#odd, order) });
    this.#odd = [];
    for (let at = this.#runs.length >> 1; at >= 0; at--) this.#sink(at);
    return this;
  }

  /** The next one; undefined behind the last. */
  next(): T | undefined {
    const [run] = this.#runs;
    if (run === undefined) return undefined;
    const item = run.items?.[run.at] ?? this.#make(run.parts.at(run.at));
    if (++run.at === run.parts.count) {
      const last = this.#runs.pop();
      if (last !== undefined && this.#runs.length > 0) this.#runs[0] = last;
    }
    this.#sink(0);
    return item;
  }

  #endRun(): void {
    const names = this.#names;
    if (names.count === 0) return;
    this.#runs.push({ parts: inOrder(names, orderOf(names)), at: 0 });
    names.clear();
  }

  /** Keeps the run with the least name in front: the runs are a heap. */
  #sink(from: number): void {
    const runs = this.#runs;
    for (let at = from; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < runs.length && isBefore(runs[child], runs[least])) least = child;
      if (least === at) return;
      const [a, b] = [runs[at], runs[least]];
      if (a === undefined || b === undefined) return;
      [runs[at], runs[least]] = [b, a];
      at = least;
    }
  }
}

interface Run<T> {
  readonly parts: PackedText;
  /** The next one. */
  at: number;
  /** Of those that were added whole. */
  readonly items?: readonly T[];
}

function isBefore<T>(a: Run<T> | undefined, b: Run<T> | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.parts.compare(a.at, b.parts.bytes, b.parts.start(b.at), b.parts.end(b.at)) < 0;
}

function orderOf(texts: PackedText): number[] {
  const { bytes } = texts;
  return Array.from({ length: texts.count }, (_, index) => index).sort((a, b) =>
    texts.compare(a, bytes, texts.start(b), texts.end(b)),
  );
}

/** The same in another order, and in no more memory than it takes. */
function inOrder(texts: PackedText, order: readonly number[]): PackedText {
  const sorted = new PackedText(texts.count === 0 ? 0 : texts.end(texts.count - 1));
  for (const index of order) sorted.push(texts.bytes, texts.start(index), texts.end(index), texts.isAscii);
  return sorted;
}

const pick = <T>(items: readonly T[], order: readonly number[]): T[] =>
  order.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
