import { compare, type Direction, type Rule } from "./compare.ts";
import type { Entry, Pages } from "./entry.ts";
import type { Filter } from "./filter.ts";
import { pairs } from "./merge.ts";

/** Something to do about one key. */
export type Action =
  | {
      readonly kind: "copy";
      readonly key: string;
      readonly source: Entry;
      readonly destination?: Entry;
    }
  /** To be copied if it turns out to differ; without a source, nothing is known of it but its name. */
  | { readonly kind: "look"; readonly key: string; readonly source?: Entry; readonly destination?: Entry }
  /** Nothing to copy. Told only on demand. */
  | { readonly kind: "same"; readonly key: string; readonly source: Entry }
  | { readonly kind: "remove"; readonly key: string; readonly destination: Entry };

/** Part of a plan. What needs nothing done is only counted. */
export interface Batch {
  readonly actions: readonly Action[];
  readonly same: number;
}

export interface PlanOptions {
  readonly rule: Rule;
  readonly direction: Direction;
  /** Whether what only the destination has is to go. */
  readonly removes: boolean;
  /** Whether what needs no copy is told, not only counted. */
  readonly tellsSame?: boolean;
}

/** What to do to make the destination have what the source has. In constant memory, from the first page on. */
export async function* plan(source: Pages, destination: Pages, options: PlanOptions): AsyncGenerator<Batch> {
  for await (const batch of pairs(source, destination)) {
    const actions: Action[] = [];
    let same = 0;
    for (const { key, source, destination } of batch) {
      if (source === undefined) {
        if (options.removes && destination !== undefined) actions.push({ kind: "remove", key, destination });
        continue;
      }
      if (destination === undefined) {
        actions.push({ kind: "copy", key, source });
        continue;
      }
      const verdict = compare(source, destination, options.rule, options.direction);
      if (verdict === "same" && options.tellsSame === true) actions.push({ kind: "same", key, source });
      else if (verdict === "same") same++;
      else actions.push({ kind: verdict === "look" ? "look" : "copy", key, source, destination });
    }
    yield { actions, same };
  }
}

/** For keys that somebody names, in place of what listings tell. */
export async function* planOf(keys: AsyncIterable<string>, { keeps }: Filter): AsyncGenerator<Batch> {
  for await (const key of keys) if (keeps(key)) yield { actions: [{ kind: "look", key }], same: 0 };
}

/** Of what is sure to be copied. */
export function sizeOf(actions: readonly Action[]): [objects: number, bytes: number] {
  const copies = actions.filter((action) => action.kind === "copy");
  return [copies.length, copies.reduce((sum, { source }) => sum + source.bytes, 0)];
}
