import type { Crypto, Digest } from "../crypto.ts";
import type { RequestBody } from "../http.ts";

/** Reads a body once. */
export async function digestOf(body: RequestBody, digest: Digest): Promise<Uint8Array> {
  for await (const chunk of body.open()) digest.update(chunk);
  return digest.digest();
}

/** A body in memory, in pieces as they came. */
export function chunksBody(chunks: readonly Uint8Array[], bytes: number): RequestBody {
  return {
    bytes,
    async *open() {
      yield* chunks;
    },
  };
}

/** What reads a body may fail before it begins; the connection would be kept waiting, and this process with it. */
export async function orLeave<T>(body: AsyncIterable<Uint8Array>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await leave(body).catch(() => undefined); // what went wrong is said already
    throw error;
  }
}

/** Reads no more of a body. */
export async function leave(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body) return;
}

/** A piece of a stream, held in memory. */
export interface Part extends RequestBody {
  readonly md5: Uint8Array;
  /** False for the last piece, unless the stream ends exactly at its end. */
  readonly isFull: boolean;
}

/**
 * Cuts a stream into pieces of the sizes asked for, without copying. A stream of no bytes has none.
 *
 * @param bytesOf Size of a piece by its number, from 1.
 */
export async function* inParts(
  stream: AsyncIterable<Uint8Array>,
  bytesOf: (partNumber: number) => number,
  crypto: Crypto,
): AsyncGenerator<Part> {
  let [number, chunks, bytes, md5] = [1, new Array<Uint8Array>(), 0, crypto.md5()];
  for await (const chunk of stream) {
    for (let rest = chunk; rest.byteLength > 0;) {
      const room = bytesOf(number) - bytes;
      const piece = rest.byteLength > room ? rest.subarray(0, room) : rest;
      rest = rest.subarray(piece.byteLength);
      chunks.push(piece);
      bytes += piece.byteLength;
      md5.update(piece);
      if (piece.byteLength < room) continue;
      yield { ...chunksBody(chunks, bytes), md5: md5.digest(), isFull: true };
      [number, chunks, bytes, md5] = [number + 1, [], 0, crypto.md5()];
    }
  }
  if (bytes > 0) yield { ...chunksBody(chunks, bytes), md5: md5.digest(), isFull: false };
}

/** The beginning of a stream, held in memory. */
export interface Beginning {
  readonly body: RequestBody;
  /** The whole stream again; undefined when the beginning is all of it. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** Reads a stream until it ends or so many bytes came. */
export async function holdBeginning(stream: AsyncIterable<Uint8Array>, atLeast: number): Promise<Beginning> {
  const source = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < atLeast) {
    const { done, value } = await source.next();
    if (done === true) return { body: chunksBody(chunks, bytes) };
    chunks.push(value);
    bytes += value.byteLength;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { body: chunksBody(chunks, bytes), stream: whole() };
}
