import { streamPartBytes } from "../store/put-in-parts.ts";

const mebibyte = 1024 ** 2;

/** Objects above this are sent and fetched in parts. */
export const largestWhole: number = 32 * mebibyte;

/**
 * Parts of an object of known size: a sixteenth of it in whole MiB, so that as many connections share a line on which each
 * is slow; 5 MiB at least, as S3 wants them, and 16 MiB at most, doubled until so many hold it. S3 takes 10,000: up to
 * 1 GiB, for 5 TiB and more.
 */
export function partBytesFor(bytes: number, mostParts = 10_000): number {
  let size = Math.min(16, Math.max(5, Math.ceil(bytes / 16 / mebibyte))) * mebibyte;
  while (size * mostParts < bytes) size *= 2;
  return size;
}

export interface Part {
  /** From 1 on. */
  readonly number: number;
  readonly start: number;
  /** The last byte. */
  readonly end: number;
}

export function* partsOf(bytes: number, partBytes: number): Generator<Part> {
  for (let number = 1, start = 0; start < bytes; number++, start += partBytes)
    yield { number, start, end: Math.min(start + partBytes, bytes) - 1 };
}

/** Sizes that tools use, in MiB: the AWS CLI and boto3 8, rclone 5, s5cmd 50, mc 16, s3fs 5 and 50, ours 16. */
const usual = [16, 8, 5, 50, 10, 15, 32, 64, 100, 128, 256, 512];

/**
 * How an object may have been cut, when all that is known is into how many parts: by this program as a file or as a
 * stream, or by other tools. The likelier first.
 */
export function possibleCuts(bytes: number, parts: number): readonly (readonly Part[])[] {
  const ours = partBytesFor(bytes);
  const sizes = [...new Set([ours, ...usual.map((size) => size * mebibyte)])];
  const even = sizes.filter((size) => Math.ceil(bytes / size) === parts).map((size) => [...partsOf(bytes, size)]);
  const streamed = [...streamParts(bytes)];
  const isEven = streamed.every(
    ({ start, end }) => start === 0 || end === bytes - 1 || end - start + 1 === 8 * mebibyte,
  );
  return streamed.length === parts && !isEven ? [...even, streamed] : even;
}

/** As a stream of unknown length is cut. */
export function* streamParts(bytes: number, mostParts?: number): Generator<Part> {
  for (let number = 1, start = 0; start < bytes; start += streamPartBytes(number++, mostParts))
    yield { number, start, end: Math.min(start + streamPartBytes(number, mostParts), bytes) - 1 };
}
