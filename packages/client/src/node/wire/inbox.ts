import type { Buffers } from "../buffers.ts";

/** Handed on at once. */
const chunkBytes = 256 * 1024;
/** The same where the length is not known: an answer in words, most often. */
const unknownBytes = 64 * 1024;
/** Waiting to be read; from here on nothing more is taken from the connection. */
const fullBytes = 2 * chunkBytes;

/** A body between the connection, which delivers as it likes, and its reader, who asks. */
export interface Inbox extends AsyncIterable<Uint8Array> {
  /** @param expected So many more will come, this included; undefined when nobody knows. */
  push(data: Buffer, expected: number | undefined): void;
  /** No more will come. What has come is still handed on, an error behind it. */
  end(error?: Error): void;
  /** What the connection has is better left there. */
  readonly isFull: boolean;
}

export interface InboxEvents {
  /** It is no longer full. */
  readonly onRoom: () => void;
  /** The reader wants no more, and the end has not come. */
  readonly onLeave: () => void;
}

type Result = IteratorResult<Uint8Array, undefined>;

/**
 * Puts small reads together.
 *
 * @param lent Where a chunk's memory comes from when it is used again as soon as the next chunk is asked for.
 */
export function makeInbox(lent: Buffers | undefined, { onRoom, onLeave }: InboxEvents): Inbox {
  let ready: Buffer[] = [];
  let readyBytes = 0;
  let filling: { readonly memory: Buffer; readonly size: number; used: number } | undefined;
  let ended: { readonly error: Error | undefined } | undefined;
  let waiting: PromiseWithResolvers<Result> | undefined;
  let borrowed: Buffer | undefined;

  const memoryOf = (size: number): Buffer => lent?.take(size) ?? Buffer.allocUnsafeSlow(size);
  const isFull = (): boolean => readyBytes >= fullBytes;

  function flush(): void {
    if (filling === undefined) return;
    ready.push(filling.memory.subarray(0, filling.used));
    readyBytes += filling.used;
    filling = undefined;
  }

  function giveBack(): void {
    if (borrowed !== undefined) lent?.giveBack(Buffer.from(borrowed.buffer));
    borrowed = undefined;
  }

  /** Undefined when there is nothing to tell yet. */
  function tell(): Promise<Result> | undefined {
    const chunk = ready.shift();
    if (chunk === undefined) {
      if (ended?.error !== undefined) return Promise.reject(ended.error);
      return ended === undefined ? undefined : Promise.resolve({ done: true, value: undefined });
    }
    const wasFull = isFull();
    readyBytes -= chunk.byteLength;
    borrowed = chunk;
    if (wasFull && !isFull() && ended === undefined) onRoom();
    return Promise.resolve({ done: false, value: chunk });
  }

  function wake(): void {
    if (waiting === undefined) return;
    const result = tell();
    if (result === undefined) return;
    waiting.resolve(result);
    waiting = undefined;
  }

  const reader: AsyncIterator<Uint8Array, undefined> = {
    next() {
      giveBack();
      const result = tell();
      if (result !== undefined) return result;
      waiting ??= Promise.withResolvers();
      return waiting.promise;
    },
    return() {
      giveBack();
      [ready, readyBytes, filling] = [[], 0, undefined];
      if (ended === undefined) onLeave();
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  return {
    get isFull() {
      return isFull();
    },
    push(data, expected) {
      // Node copies a part of a buffer as memory, all of one as an array, which takes far longer into shared memory.
      const source = Buffer.from(data.buffer);
      for (let at = 0; at < data.byteLength;) {
        if (filling === undefined) {
          const size = Math.min(chunkBytes, expected === undefined ? unknownBytes : expected - at);
          filling = { memory: memoryOf(size), size, used: 0 };
        }
        const from = data.byteOffset + at;
        const most = Math.min(data.byteLength - at, filling.size - filling.used);
        const copied = source.copy(filling.memory, filling.used, from, from + most);
        filling.used += copied;
        at += copied;
        if (filling.used === filling.size) flush();
      }
      wake();
    },
    end(error) {
      if (ended !== undefined) return;
      flush();
      ended = { error };
      wake();
    },
    [Symbol.asyncIterator]: () => reader,
  };
}
