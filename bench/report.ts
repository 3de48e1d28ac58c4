/** One promise and what became of it. */
export interface Row {
  readonly name: string;
  readonly value: number;
  /** What `value` is of: `x` for a ratio. */
  readonly unit: string;
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
  /** The figures behind it, in words. */
  readonly detail: string;
}

export const isMet = ({ value, target }: Row): boolean =>
  "atMost" in target ? value <= target.atMost : value >= target.atLeast;

export function printRow(row: Row): void {
  const [words, limit] = "atMost" in row.target ? ["at most", row.target.atMost] : ["at least", row.target.atLeast];
  const value = `${row.value.toFixed(row.value < 10 ? 2 : 0)} ${row.unit}`;
  console.log(
    `${isMet(row) ? "✓" : "✗"} ${row.name.padEnd(46)} ${value.padStart(9)}   (${words} ${limit} ${row.unit})`,
  );
  console.log(`  ${row.detail}\n`);
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const thousands = (value: number): string => `${(value / 1000).toFixed(1)} k`;
