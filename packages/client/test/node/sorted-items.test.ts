import { expect, test } from "vitest";
import { SortedItems } from "../../src/node/sorted-items.ts";
import { compareUtf8 } from "../../src/store/order.ts";

const alphabet = Array.from("ab/.-_é\u{e000}\u{ffff}\u{1f600}");

/** Unlike each other, in no order. */
function names(count: number, seed: number): string[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const found = new Set<string>();
  while (found.size < count)
    found.add(Array.from({ length: 1 + random(9) }, () => alphabet[random(alphabet.length)]).join(""));
  return [...found];
}

/** More than are sorted together. */
test.each([0, 1, 2, 100, 16_384, 70_000])(
  "%i names come out in the order of their bytes, whichever way they were added",
  (count) => {
    const all = names(count, count + 1);
    const items = new SortedItems<{ part: string; isWhole: boolean }>((part) => ({ part, isWhole: false }));
    for (const [at, part] of all.entries()) {
      if (at % 7 === 0) items.add({ part, isWhole: true });
      else items.addName(part);
    }
    items.sort();
    const sorted: { part: string; isWhole: boolean }[] = [];
    for (let item = items.next(); item !== undefined; item = items.next()) sorted.push(item);
    const whole = new Set(all.filter((_, at) => at % 7 === 0));
    expect(sorted).toEqual(all.toSorted(compareUtf8).map((part) => ({ part, isWhole: whole.has(part) })));
  },
);
