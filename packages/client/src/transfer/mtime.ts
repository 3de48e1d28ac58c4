/** The metadata under which the time of a file travels with its object, as rclone writes it. */
export const mtimeName = "mtime";

/** Nanoseconds since 1970 as rclone writes them: seconds with a fraction. */
export function formatMtime(ns: bigint): string {
  const [seconds, fraction] = [ns / 1_000_000_000n, ns % 1_000_000_000n];
  return fraction === 0n ? String(seconds) : `${seconds}.${String(fraction).padStart(9, "0").replace(/0+$/, "")}`;
}

/** Milliseconds since 1970; undefined when there is none. */
export function readMtime(metadata: Readonly<Record<string, string>> | undefined): number | undefined {
  const text = metadata?.[mtimeName];
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}

/** Equal as far as file systems and floating point numbers keep times. */
export const isSameTime = (a: number, b: number): boolean => Math.abs(a - b) < 0.01;
