/** What keys look like where a listing has come to: which characters are seen at which place. */
export interface KeySpace {
  /**
   * A key that lies as far behind a base as two others lie apart, some times over. Behind all that begin like the samples
   * when it would lie beyond them; undefined when it cannot be told.
   */
  ahead(base: string, step: readonly [string, string], steps: number): Guess | undefined;
  /** How many times farther from a base a key lies than two others from each other, rounded down. */
  times(base: string, key: string, step: readonly [string, string]): number;
}

export interface Guess {
  readonly key: string;
  /** Whether keys behind it look like the samples. */
  readonly isAlike: boolean;
}

/**
 * Reads keys as numbers: each place has a digit for each character that samples have there. So `c/0/99` and `c/1/0` are
 * neighbours when places have digits from 0 to 9, and halfway from `2024/01` to `2025/01` is `2024/07`.
 *
 * Up to the first place that changes, samples show only a part of what there is: the thousands of a number of whose units
 * they show all. Such a place may have whatever changes together with what it has elsewhere.
 *
 * @param samples One at least.
 */
export function keySpace(samples: readonly string[]): KeySpace {
  const places = placesOf(samples.map((sample) => codePoints(sample)));
  const changing = places.findIndex((place) => place.length > 1);
  const likely = places.filter((place) => place.length > 1 && place.every(isAlphanumeric));
  const radices = places.map((place, at) => (at <= changing ? widened(place, likely) : place));
  const size = radices.reduce((product, { length }) => product * BigInt(length), 1n);

  function numberOf(key: string): bigint {
    const points = codePoints(key);
    let number = 0n;
    /** Once a character is between the digits of its place, what follows does not matter. */
    let rest: "as it is" | "least" | "most" = "as it is";
    for (const [at, digits] of radices.entries()) {
      let digit: number = rest === "most" ? digits.length - 1 : 0;
      if (rest === "as it is") {
        const point = points[at] ?? ended;
        digit = digits.findIndex((other) => other >= point);
        if (digit < 0) [digit, rest] = [digits.length - 1, "most"];
        else if (digits[digit] !== point) rest = "least";
      }
      number = number * BigInt(digits.length) + BigInt(digit);
    }
    return number;
  }

  function textOf(number: bigint): string {
    const points: number[] = [];
    let left = number;
    for (const digits of radices.toReversed()) {
      points.unshift(digits[Number(left % BigInt(digits.length))] ?? ended);
      left /= BigInt(digits.length);
    }
    const end = points.indexOf(ended);
    return String.fromCodePoint(...(end < 0 ? points : points.slice(0, end)));
  }

  const lengthOf = ([from, to]: readonly [string, string]): bigint => {
    const length = numberOf(to) - numberOf(from);
    return length > 0n ? length : 1n;
  };

  return {
    ahead(base, step, steps) {
      const number = numberOf(base) + lengthOf(step) * BigInt(steps);
      if (number < size) return { key: textOf(number), isAlike: true };
      const key = behindAll(codePoints(samples[0] ?? "").slice(0, Math.max(0, changing)));
      return key === undefined ? undefined : { key, isAlike: false };
    },
    times: (base, key, step) => Number((numberOf(key) - numberOf(base)) / lengthOf(step)),
  };
}

/** In place of a character: the key is no longer than that. */
const ended = -1;

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

/** What characters there are at each place, in order. */
function placesOf(samples: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const longest = Math.max(0, ...samples.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    withDigits([...new Set(samples.map((points) => points[at] ?? ended))].sort((a, b) => a - b)),
  );
}

const isDecimal = (point: number): boolean => point >= 0x30 && point <= 0x39;
const isAlphanumeric = (point: number): boolean => point > 0 && /[0-9a-z]/i.test(String.fromCodePoint(point));

/** Samples may lack some decimal digits between others that they have. */
function withDigits(place: readonly number[]): readonly number[] {
  const first = place.findIndex(isDecimal);
  const last = place.findLastIndex(isDecimal);
  const [low, high] = [place[first], place[last]];
  if (low === undefined || high === undefined) return place;
  const digits = Array.from({ length: high - low + 1 }, (_, n) => low + n);
  return [...place.slice(0, first), ...digits, ...place.slice(last + 1)];
}

/** With what else there is at other places that have one of its characters. */
function widened(place: readonly number[], others: readonly (readonly number[])[]): readonly number[] {
  const points = new Set(place);
  for (const other of others)
    if (other.some((point) => place.includes(point))) for (const point of other) points.add(point);
  return withDigits([...points].sort((a, b) => a - b));
}

/** The first text behind all that begin with these characters. */
function behindAll(points: readonly number[]): string | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  return next > 0x10ffff ? undefined : String.fromCodePoint(...points.slice(0, -1), next);
}
