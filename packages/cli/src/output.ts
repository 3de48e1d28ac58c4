import type { Output } from "./context.ts";

/** Writes and waits until the reader has caught up. */
export async function writeTo(output: Output, chunk: string | Uint8Array): Promise<void> {
  if (output.write(chunk) || output.once === undefined) return;
  await new Promise<void>((resolve) => output.once?.("drain", resolve));
}

/** Waits until the reader has caught up. Timers, signals and the garbage collector have their turn meanwhile. */
export async function untilRead(output: Output): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (output.writableNeedDrain !== true || output.once === undefined) return;
  await new Promise<void>((resolve) => output.once?.("drain", resolve));
}

/** Text is handed on once it is this long. */
const batchLength = 65_536;

/** Joins short pieces of text, since each write to a pipe or terminal costs a system call. Bytes are written as they are. */
export async function writeAll(output: Output, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  let batch = "";
  try {
    for await (const piece of pieces) {
      if (typeof piece === "string") batch += piece;
      else {
        if (batch !== "") await writeTo(output, batch);
        batch = "";
        await writeTo(output, piece);
      }
      if (batch.length < batchLength) continue;
      await writeTo(output, batch);
      batch = "";
    }
  } finally {
    if (batch !== "") await writeTo(output, batch);
  }
}

const units = ["KiB", "MiB", "GiB", "TiB"];

/** `17 bytes`, `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]}`;
}
