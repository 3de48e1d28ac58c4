import type { RequestBody } from "../http.ts";

/** Told of bytes as they pass; less than zero when those told before have to pass again. */
export type OnBytes = (bytes: number) => void;

/** The same body, telling what is read of it. One that is opened again takes back what it told before. */
export function tellingSent(body: RequestBody, onBytes: OnBytes): RequestBody {
  let told = 0;
  let times = 0;
  return {
    bytes: body.bytes,
    open() {
      if (told > 0) onBytes(-told);
      told = 0;
      const time = ++times;
      return tellingReceived(body.open(), (bytes) => {
        if (time !== times) return; // a piece that was still being read for the attempt before
        told += bytes;
        onBytes(bytes);
      });
    },
  };
}

/** The same chunks, telling what comes. */
export async function* tellingReceived(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: OnBytes,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.byteLength);
    yield chunk;
  }
}

/** An attempt that fails takes back what it told: the next one tells it again. */
export async function tellingAttempt<T>(onBytes: OnBytes, attempt: (onBytes: OnBytes) => Promise<T>): Promise<T> {
  let told = 0;
  let isOver = false;
  try {
    return await attempt((bytes) => {
      if (isOver) return;
      told += bytes;
      onBytes(bytes);
    });
  } catch (error) {
    isOver = true;
    if (told > 0) onBytes(-told);
    throw error;
  }
}
