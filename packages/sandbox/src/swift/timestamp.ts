/** Seconds since 1970 with five decimals, as Swift writes times in headers. */
export function swiftTimestamp(time: Date): string {
  return (time.getTime() / 1000).toFixed(5);
}
