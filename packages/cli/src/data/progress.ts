import type { Context } from "../context.ts";
import { formatBytes } from "../output.ts";

/** A line about a copy that takes long. */
export interface Progress {
  /** Counts what passes. */
  counting(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Counts what has passed. */
  passed(bytes: number): void;
  /** Takes the line away. */
  end(): void;
}

/** Short copies show nothing. */
const firstAfterMs = 1000;
const everyMs = 250;

/** Only on a terminal; elsewhere bodies are handed on as they are. */
export function showProgress({ stderr, now }: Context, totalBytes: number | undefined): Progress {
  if (stderr.isTTY !== true) return { counting: (body) => body, passed: () => {}, end: () => {} };
  const startedAt = now().getTime();
  let bytes = 0;
  let nextAt = startedAt + firstAfterMs;
  let shown = false;

  function passed(more: number): void {
    bytes += more;
    const at = now().getTime();
    if (at < nextAt) return;
    nextAt = at + everyMs;
    shown = true;
    const speed = `${formatBytes((bytes * 1000) / (at - startedAt))}/s`;
    const part = totalBytes === undefined ? "" : ` of ${formatBytes(totalBytes)}`;
    stderr.write(`\r\u001b[K${formatBytes(bytes)}${part}, ${speed}`);
  }

  return {
    async *counting(body) {
      for await (const chunk of body) {
        passed(chunk.byteLength);
        yield chunk;
      }
    },
    passed,
    end() {
      if (shown) stderr.write("\r\u001b[K");
    },
  };
}
