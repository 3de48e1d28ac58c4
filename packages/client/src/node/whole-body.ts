import { type Buffers, isShared } from "./buffers.ts";

export interface WholeBody {
  /** In memory that other threads can read. */
  readonly bytes: Uint8Array;
  /** Nobody reads it any more. */
  release(): Promise<void>;
}

/**
 * A body in one piece: as it came where it came so, else put together. Chunks are copied as they come, so that their
 * memory is soon free again.
 *
 * @param bytes As many are announced.
 */
export async function wholeBody(body: AsyncIterable<Uint8Array>, bytes: number, buffers: Buffers): Promise<WholeBody> {
  const chunks = body[Symbol.asyncIterator]();
  let next = await chunks.next();
  if (next.done !== true && next.value.byteLength === bytes && isShared(next.value))
    return { bytes: next.value, release: async () => void (await chunks.return?.()) };
  const buffer = buffers.take(bytes);
  try {
    let came = 0;
    for (; next.done !== true; next = await chunks.next()) {
      const chunk = next.value;
      if (came + chunk.byteLength > buffer.byteLength) throw new RangeError("more bytes came than were announced");
      buffer.set(chunk, came);
      came += chunk.byteLength;
    }
    return { bytes: buffer.subarray(0, came), release: () => Promise.resolve(buffers.giveBack(buffer)) };
  } catch (error) {
    buffers.giveBack(buffer);
    throw error;
  }
}
