/** `20260131T235959Z`, the form of `x-amz-date`; undefined for an invalid date. */
export function basicDate(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** Milliseconds since 1970 of a {@link basicDate}, or NaN. */
export function parseBasicDate(text: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Whole seconds since 1970, the precision of HTTP dates. */
export function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
