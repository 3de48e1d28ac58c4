import { Failure } from "./failure.ts";

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * `90s`, `15m`, `1h`, `7d`, or seconds.
 *
 * @throws Failure `BAD_DURATION`
 */
export function parseDuration(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  const value = Number(match?.[1]) * (seconds[match?.[2] || "s"] ?? Number.NaN);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Failure("BAD_DURATION", "usage", `"${text}" is not a time`, { cure: ["Write 90s, 15m, 1h or 7d."] });
}
