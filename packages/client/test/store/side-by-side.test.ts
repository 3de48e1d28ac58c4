import { expect, test } from "vitest";
import { ObjectPage } from "../../src/object-page.ts";
import { compareUtf8 } from "../../src/store/order.ts";
import { type Answer, type Question, sideBySide as listed } from "../../src/store/side-by-side.ts";
import type { PageOptions } from "../../src/store/store.ts";

/** Of a server that takes 100 ms for each answer, by a clock that says so. */
function sideBySide(ask: (question: Question) => Promise<Answer>, options?: PageOptions): AsyncGenerator<ObjectPage> {
  let ms = 0;
  return listed(ask, options, () => (ms += 100));
}

/** The same numbers for the same seed, so that what fails can be repeated. */
function randomly(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Shelf {
  readonly ask: (question: Question) => Promise<Answer>;
  readonly keys: string[];
  requests: number;
  /** The most requests that were there at once. */
  most: number;
}

interface ShelfOptions {
  readonly pageKeys?: number;
  /** Answers in another order than they were asked for, from these numbers. */
  readonly random?: (below: number) => number;
  readonly onAnswer?: (shelf: Shelf) => void;
}

/** A server with these keys. It answers when nothing else happens, one request after the other. */
function shelfOf(keys: readonly string[], { pageKeys = 10, random = () => 0, onAnswer }: ShelfOptions = {}): Shelf {
  const waiting: (() => void)[] = [];
  const shelf: Shelf = {
    keys: [...keys].sort(compareUtf8),
    requests: 0,
    most: 0,
    async ask({ after, next, most, signal }) {
      shelf.requests++;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        shelf.most = Math.max(shelf.most, waiting.length);
        setImmediate(() => waiting.splice(random(waiting.length), 1)[0]?.());
      });
      signal.throwIfAborted();
      // Tokens are opaque: only what was handed out is taken.
      const behind = next === undefined ? after : Buffer.from(next, "base64").toString();
      const from = behind === undefined ? 0 : firstBehind(shelf.keys, behind);
      const to = from + Math.min(most ?? pageKeys, pageKeys);
      const page = shelf.keys.slice(from, to);
      const isLast = to >= shelf.keys.length;
      onAnswer?.(shelf);
      const objects = ObjectPage.of(page.map((key) => ({ key, bytes: key.length, etag: `e${key}`, modifiedMs: 7 })));
      return {
        objects,
        ...(isLast ? {} : { next: Buffer.from(page.at(-1) ?? "").toString("base64") }),
      };
    },
  };
  return shelf;
}

function firstBehind(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(keys[middle] ?? "", key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function keysIn(pages: AsyncIterable<ObjectPage>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of pages) for (const { key } of page) keys.push(key);
  return keys;
}

const padded = (count: number): string[] => Array.from({ length: count }, (_, n) => `k${String(n).padStart(7, "0")}`);
const unique = (count: number, key: (n: number) => string): string[] => [
  ...new Set(Array.from({ length: count }, (_, n) => key(n))),
];

/** Key sets as they are in stores, and others. */
function keySets(random: (below: number) => number, size = 1500): Record<string, readonly string[]> {
  const word = (letters: string, most: number): string =>
    Array.from({ length: 1 + random(most) }, () => Array.from(letters)[random(Array.from(letters).length)]).join("");
  const hex = (): string => Array.from({ length: 32 }, () => random(16).toString(16)).join("");
  return {
    "numbers with zeros": padded(size),
    "chunks of Zarr 2": unique(size, (n) => `t/${n % 10}.${Math.floor(n / 10) % 12}.${Math.floor(n / 120)}`),
    "chunks of Zarr 3, in three arrays": unique(size, (n) => `${["air", "sst", "wind"][n % 3]}/c/${n % 9}/${n}`),
    "numbers without zeros": unique(size, String),
    hashes: unique(size, hex),
    days: unique(
      size,
      (n) => `2024/${String(1 + (n % 12)).padStart(2, "0")}/${String(1 + (n % 28)).padStart(2, "0")}/${n}`,
    ),
    "folders of two pages": unique(size, (n) => `run-${String(n % 70).padStart(3, "0")}/out/${n}.nc`),
    "words of any characters": unique(size, () =>
      word("abc/.-_\u{7f}é\u{d7ff}\u{e000}\u{ffff}\u{1f600}\u{10ffff} \n&<%+", 6),
    ),
    "two letters": unique(size, () => word("ab", 10)),
    "all but one in one folder": ["a", ...unique(1000, (n) => `m/${n}`), "z"],
    "long names": unique(300, (n) => `${"é".repeat(500)}${n}`),
    one: ["a"],
    none: [],
  };
}

const names = Object.keys(keySets(randomly(0)));

test.each(names)("%s: what is listed by ranges is what is there, in order, each once", async (name) => {
  for (let seed = 0; seed < 12; seed++) {
    const random = randomly(seed);
    const shelf = shelfOf(keySets(random)[name] ?? [], { pageKeys: 1 + random(40), random });
    const most = 1 + random(12);
    expect(await keysIn(sideBySide(shelf.ask, { atOnce: () => most }))).toEqual(shelf.keys);
    expect(shelf.most).toBeLessThanOrEqual(most);
  }
});

test.each(names)("%s: with a first page that is short too", async (name) => {
  for (let seed = 0; seed < 12; seed++) {
    const random = randomly(seed);
    const shelf = shelfOf(keySets(random)[name] ?? [], { pageKeys: 1 + random(40), random });
    const firstPage = 1 + random(10);
    const counts: number[] = [];
    const counted = async function* (): AsyncGenerator<ObjectPage> {
      for await (const page of sideBySide(shelf.ask, { firstPage })) {
        counts.push(page.count);
        yield page;
      }
    };
    expect(await keysIn(counted())).toEqual(shelf.keys);
    expect(counts[0] ?? 0).toBeLessThanOrEqual(firstPage);
  }
});

test("a short first page costs one request, and nothing is concluded from its length", async () => {
  const [rest, all] = [shelfOf(padded(5000), { pageKeys: 100 }), shelfOf(padded(5000), { pageKeys: 100 })];
  await keysIn(sideBySide(rest.ask, { after: padded(10).at(-1) ?? "" }));
  await keysIn(sideBySide(all.ask, { firstPage: 10 }));
  expect(all.requests).toBeLessThanOrEqual(rest.requests + 1);
});

test.each(names)("%s: behind a key and below a prefix too", async (name) => {
  for (let seed = 0; seed < 12; seed++) {
    const random = randomly(seed);
    const all = keySets(random)[name] ?? [];
    const [prefix, after] = [(all[random(all.length)] ?? "").slice(0, random(3)), all[random(all.length)]];
    const below = prefix.isWellFormed() ? all.filter((key) => key.startsWith(prefix)) : all;
    const shelf = shelfOf(below, { pageKeys: 1 + random(20), random });
    const options = { ...(prefix.isWellFormed() && { prefix }), ...(after !== undefined && { after }) };
    const expected = shelf.keys.filter((key) => after === undefined || compareUtf8(key, after) > 0);
    expect(await keysIn(sideBySide(shelf.ask, options))).toEqual(expected);
  }
});

test("sizes, ETags and times stay with their keys", async () => {
  const shelf = shelfOf(padded(500));
  const objects: unknown[] = [];
  for await (const page of sideBySide(shelf.ask)) objects.push(...page);
  expect(objects).toEqual(shelf.keys.map((key) => ({ key, bytes: 8, etag: `e${key}`, modifiedMs: 7 })));
});

test("one page takes one request, and a second page hardly more", async () => {
  const one = shelfOf(padded(10));
  expect(await keysIn(sideBySide(one.ask))).toHaveLength(10);
  expect(one.requests).toBe(1);
  const two = shelfOf(padded(15));
  expect(await keysIn(sideBySide(two.ask))).toHaveLength(15);
  expect(two.requests).toBeLessThanOrEqual(4);
});

/** Lets a server answer all that it was asked at once, turn by turn: so many turns is how long a slow one takes. */
function inTurns(ask: (question: Question) => Promise<Answer>): { ask: typeof ask; turns: number } {
  let waiting: (() => void)[] = [];
  const slow = {
    turns: 0,
    async ask(question: Question) {
      await new Promise<void>((resolve) => {
        if (waiting.length === 0)
          setImmediate(() => {
            slow.turns++;
            const answered = waiting;
            waiting = [];
            for (const answer of answered) answer();
          });
        waiting.push(resolve);
      });
      return await ask(question);
    },
  };
  return slow;
}

test.each(
  names.filter(
    (name) =>
      !["one", "none", "all but one in one folder", "long names", "two letters", "words of any characters"].includes(
        name,
      ),
  ),
)("%s: a slow server is done in half the turns or less, and asked for hardly more", async (name) => {
  const shelf = shelfOf(keySets(randomly(1), 20_000)[name] ?? [], { pageKeys: 200 });
  const pages = shelf.keys.length / 200;
  const slow = inTurns(shelf.ask);
  expect(await keysIn(sideBySide(slow.ask))).toEqual(shelf.keys);
  expect(slow.turns).toBeLessThan(pages / 2);
  expect(shelf.requests).toBeLessThan(pages * 3);
});

test("a long flat listing: eight requests at once take about a sixth of the turns", async () => {
  const shelf = shelfOf(padded(5_000), { pageKeys: 20 });
  const slow = inTurns(shelf.ask);
  expect(await keysIn(sideBySide(slow.ask))).toEqual(shelf.keys);
  expect(shelf.most).toBe(8);
  expect(slow.turns).toBeLessThan(250 / 5);
  expect(shelf.requests).toBeLessThan(250 * 1.5);
});

test("a server that answers at once is asked for one page after the other", async () => {
  const shelf = shelfOf(padded(1000));
  expect(await keysIn(listed(shelf.ask, {}, () => 0))).toEqual(shelf.keys);
  expect(shelf).toMatchObject({ requests: 100, most: 1 });
});

test("a reader that takes its time is not run away from", async () => {
  const shelf = shelfOf(padded(200_000), { pageKeys: 1000 });
  const pages = sideBySide(shelf.ask)[Symbol.asyncIterator]();
  for (let n = 0; n < 20; n++) await pages.next();
  const asked = shelf.requests;
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
  // What is on its way, and 48,000 keys that wait.
  expect(shelf.requests - asked).toBeLessThanOrEqual(60);
  await pages.return(undefined);
});

test("keys that are there all the time are listed once, whatever comes and goes", async () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = randomly(seed);
    const staying = unique(600, (n) => `s/${n * 3}`);
    const onAnswer = ({ keys }: Shelf): void => {
      for (let n = 0; n < 5; n++) {
        const key = `s/${random(1800)}`;
        if (staying.includes(key)) continue;
        if (keys.includes(key)) keys.splice(keys.indexOf(key), 1);
        else keys.push(key);
      }
      keys.sort(compareUtf8);
    };
    const shelf = shelfOf([...staying, ...unique(300, (n) => `s/${n * 6 + 1}`)], { random, onAnswer });
    const seen = await keysIn(sideBySide(shelf.ask));
    expect(seen).toEqual([...new Set(seen)].sort(compareUtf8));
    const there = new Set(seen);
    expect(staying.filter((key) => !there.has(key))).toEqual([]);
  }
});

test("a server that begins at the beginning wherever it is told to begin: each key once all the same", async () => {
  const shelf = shelfOf(padded(300));
  const ask = async (question: Question): Promise<Answer> => await shelf.ask({ ...question, after: undefined });
  expect(await keysIn(sideBySide(ask))).toEqual(shelf.keys);
});

test("a server that does not list in order is listed page by page", async () => {
  const keys = padded(100).reverse();
  let requests = 0;
  const ask = async ({ next = "0" }: Question): Promise<Answer> => {
    requests++;
    const [from, to] = [Number(next), Number(next) + 10];
    const objects = ObjectPage.of(keys.slice(from, to).map((key) => ({ key, bytes: 1, etag: "", modifiedMs: 0 })));
    return { objects, ...(to < keys.length ? { next: String(to) } : {}) };
  };
  expect(await keysIn(sideBySide(ask))).toEqual(keys);
  expect(requests).toBe(10);
});

test("what comes before a failure is handed on, then the failure, and no request is left behind", async () => {
  const shelf = shelfOf(padded(2000));
  const lost = new Error("lost");
  let left = 0;
  const ask = async (question: Question): Promise<Answer> => {
    left++;
    try {
      const answer = await shelf.ask(question);
      if (answer.objects.count > 0 && answer.objects.keyAt(0) > "k0000700") throw lost;
      return answer;
    } finally {
      left--;
    }
  };
  const seen: string[] = [];
  const reading = (async () => {
    for await (const page of sideBySide(ask)) for (const { key } of page) seen.push(key);
  })();
  await expect(reading).rejects.toBe(lost);
  expect(seen).toEqual(shelf.keys.slice(0, seen.length));
  expect(seen.length).toBeGreaterThan(600);
  expect(left).toBe(0);
});

test("whoever has seen enough leaves no request behind", async () => {
  const shelf = shelfOf(padded(2000));
  let left = 0;
  const ask = async (question: Question): Promise<Answer> => {
    left++;
    return await shelf.ask(question).finally(() => left--);
  };
  let pages = 0;
  for await (const _ of sideBySide(ask)) if (++pages === 30) break;
  expect(left).toBe(0);
});
