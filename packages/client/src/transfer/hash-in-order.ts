import type { Digest } from "../crypto.ts";

/** A digest of pieces that arrive in any order. Each waits for those before it, and holds its memory until then. */
export interface OrderedHash {
  /** @param number From 1 on, without gaps. */
  add(number: number, chunks: readonly Uint8Array[]): Promise<void>;
  /** One that will never come: those behind it fail, too. */
  fail(number: number, error: unknown): void;
  digest(): Uint8Array;
}

export function orderedHash(digest: Digest): OrderedHash {
  const turns = new Map<number, PromiseWithResolvers<void>>();
  function turnOf(number: number): PromiseWithResolvers<void> {
    const turn = turns.get(number) ?? Promise.withResolvers<void>();
    turn.promise.catch(() => {}); // told by whoever failed
    turns.set(number, turn);
    return turn;
  }
  turnOf(1).resolve();
  return {
    async add(number, chunks) {
      await turnOf(number).promise;
      turns.delete(number);
      for (const chunk of chunks) digest.update(chunk);
      turnOf(number + 1).resolve();
    },
    fail: (number, error) => turnOf(number + 1).reject(error),
    digest: () => digest.digest(),
  };
}
