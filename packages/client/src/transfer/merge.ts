import { Failure } from "../failure.ts";
import { compareUtf8 } from "../store/order.ts";
import { visible } from "../visible.ts";
import type { Entry, Pages } from "./entry.ts";

/** What both sides have under one key; at least one of them has something. */
export interface Pair {
  readonly key: string;
  readonly source?: Entry;
  readonly destination?: Entry;
}

/** Two sorted listings side by side, in constant memory: of each, the page being read is held. */
export async function* pairs(source: Pages, destination: Pages): AsyncGenerator<readonly Pair[]> {
  const [left, right] = [new Cursor(source, "source"), new Cursor(destination, "destination")];
  try {
    let batch: Pair[] = [];
    for (;;) {
      if (left.isAtEndOfPage || right.isAtEndOfPage) {
        if (batch.length > 0) yield batch;
        batch = [];
        await Promise.all([left.turn(), right.turn()]);
      }
      const a = left.current;
      const b = right.current;
      if (a === undefined && b === undefined) return;
      const order = a === undefined ? 1 : b === undefined ? -1 : compareUtf8(a.key, b.key);
      if (order <= 0) left.advance();
      if (order >= 0) right.advance();
      if (order < 0 && a !== undefined) batch.push({ key: a.key, source: a });
      else if (order > 0 && b !== undefined) batch.push({ key: b.key, destination: b });
      else if (a !== undefined && b !== undefined) batch.push({ key: a.key, source: a, destination: b });
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** Reads a listing entry by entry. */
class Cursor {
  readonly #pages: AsyncIterator<readonly Entry[]>;
  readonly #name: string;
  #page: readonly Entry[] = [];
  #at = 0;
  #ended = false;
  #lastKey: string | undefined;

  constructor(pages: Pages, name: string) {
    this.#pages = pages[Symbol.asyncIterator]();
    this.#name = name;
  }

  get current(): Entry | undefined {
    return this.#page[this.#at];
  }

  get isAtEndOfPage(): boolean {
    return !this.#ended && this.#at >= this.#page.length;
  }

  advance(): void {
    this.#at++;
  }

  /** Goes to the next page that has entries. */
  async turn(): Promise<void> {
    while (this.isAtEndOfPage) {
      const { done, value } = await this.#pages.next();
      if (done === true) {
        this.#ended = true;
        return;
      }
      this.#check(value);
      this.#page = value;
      this.#at = 0;
    }
  }

  async close(): Promise<void> {
    await this.#pages.return?.();
  }

  /** Merging what is not sorted would find objects missing that are there, and delete others. */
  #check(page: readonly Entry[]): void {
    for (const { key } of page) {
      if (this.#lastKey !== undefined && compareUtf8(this.#lastKey, key) >= 0) throw unsorted(this.#name, key);
      this.#lastKey = key;
    }
  }
}

function unsorted(side: string, key: string): Failure {
  const message = `the listing of the ${side} is not in order at ${visible(key)}, so nothing can be concluded from it`;
  return new Failure("LISTING_UNSORTED", "failed", message, {
    cure: ["Files that differ only in how their names are escaped or normalised collide; rename one of them."],
  });
}
