import { type Crypto, type Digest, hex } from "../crypto.ts";
import { Failure } from "../failure.ts";
import type { RequestBody } from "../http.ts";
import { corrupt, type Place } from "./failures.ts";

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

export interface Expected {
  readonly place: Place;
  readonly bytes: number;
  /** In hex, with the digest that computes it. Left out where the store gives none. */
  readonly checksum?: { readonly digest: Digest; readonly value: string } | undefined;
}

/** The same chunks; fails at their end with `STORE_CORRUPT` when they are not what was announced. */
export async function* verified(
  body: AsyncIterable<Uint8Array>,
  { place, bytes: announced, checksum }: Expected,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    checksum?.digest.update(chunk);
    yield chunk;
  }
  if (bytes !== announced) throw corrupt(place, `${announced} bytes were announced, ${bytes} came`);
  if (checksum !== undefined && hex(checksum.digest.digest()) !== checksum.value)
    throw corrupt(place, "its checksum differs from the one the store keeps");
}

/** How often a download goes on after its connection was lost. */
const resumptions = 3;

/**
 * The same chunks; when the connection is lost half-way, the rest is asked for.
 *
 * @param reopen Gives the bytes from an offset on.
 */
export async function* resumed(
  first: AsyncIterable<Uint8Array>,
  reopen: (offset: number) => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let body = first;
  for (let left = resumptions; ; left--) {
    try {
      for await (const chunk of body) {
        offset += chunk.byteLength;
        yield chunk;
      }
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof Failure && error.code === "CONNECTION_LOST")) throw error;
    }
    body = await reopen(offset);
  }
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
