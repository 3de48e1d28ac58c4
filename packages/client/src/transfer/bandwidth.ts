import type { RequestBody } from "../http.ts";

/** Slows bodies down, all of them together. */
export interface Bandwidth {
  sent(body: RequestBody): RequestBody;
  received(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

export const unlimited: Bandwidth = { sent: (body) => body, received: (body) => body };

export interface BandwidthOptions {
  readonly bytesPerSecond: number;
  /** In milliseconds, steadily growing. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Pieces that are waited for one by one: small, so that many bodies share evenly. */
const pieceBytes = 65_536;

/** A common allowance that grows steadily; each piece waits until it is covered. */
export function limitedBandwidth({ bytesPerSecond, now, sleep, signal }: BandwidthOptions): Bandwidth {
  let freeAt = 0;

  async function cover(bytes: number): Promise<void> {
    const at = Math.max(freeAt, now());
    freeAt = at + (bytes * 1000) / bytesPerSecond;
    const waitMs = at - now();
    if (waitMs > 1) await sleep(waitMs, signal);
  }

  async function* slowed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.byteLength; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        await cover(piece.byteLength);
        yield piece;
      }
    }
  }

  return {
    sent: (body) => ({ bytes: body.bytes, open: () => slowed(body.open()) }),
    received: slowed,
  };
}
