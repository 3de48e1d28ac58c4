/** Below this many bytes a buffer may be a slice of Node's shared pool, and freeing it would gain little. */
const leastBytes = 16 * 1024;

/**
 * Gives a buffer's memory back at once: what has passed through is of no more use to anybody. Bodies pass by the
 * gigabyte, and if they waited for the collector, it would walk the whole heap for every 10 MB of them, which cost more
 * than serving them. Does nothing to a part of a buffer.
 */
export function free({ buffer, byteLength }: Uint8Array): void {
  const isWhole = byteLength === buffer.byteLength;
  if (isWhole && byteLength >= leastBytes && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
