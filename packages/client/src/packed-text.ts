import { slicer, type SliceText } from "./utf8.ts";

const encoder = new TextEncoder();
const [growth, firstBytes, firstCount, lastAscii] = [2, 4096, 128, 127];

/**
 * Many short texts in UTF-8, one behind the other in one piece of memory: a fraction of what as many strings take, and
 * nothing for the garbage collector to look at.
 */
export class PackedText {
  #bytes: Uint8Array;
  /** Where each text ends. */
  #ends = new Uint32Array(firstCount);
  #slice: SliceText | undefined;
  #isAscii = true;
  count = 0;

  /** @param bytes So many are expected. */
  constructor(bytes = firstBytes) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** Takes all away and keeps the memory. */
  clear(): void {
    this.count = 0;
    this.#isAscii = true;
  }

  /** Adds a part of bytes in UTF-8. */
  push(source: Uint8Array, start: number, end: number, isAscii: boolean): void {
    let to = this.#room(end - start);
    for (let at = start; at < end; at++) this.#bytes[to++] = source[at] ?? 0;
    this.#close(to, isAscii);
  }

  pushText(text: string): void {
    // A unit of UTF-16 takes three bytes at most.
    const from = this.#room(text.length * 3);
    // By hand as far as it goes: names are shorter than what a call of the encoder costs.
    let at = 0;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > lastAscii) break;
      this.#bytes[from + at] = unit;
    }
    if (at === text.length) return this.#close(from + at, true);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(from));
    this.#close(from + written, false);
  }

  /** @param leavesOut So many bytes at its beginning. */
  at(index: number, leavesOut = 0): string {
    this.#slice ??= slicer(this.#bytes);
    return this.#slice(this.start(index) + leavesOut, this.end(index), this.#isAscii);
  }

  /** Where a text begins and ends in {@link bytes}. */
  start(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  end(index: number): number {
    return this.#ends[index] ?? 0;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Of all bytes. */
  get isAscii(): boolean {
    return this.#isAscii;
  }

  /** By bytes: negative when a text comes before the other one. */
  compare(index: number, other: Uint8Array, otherStart = 0, otherEnd: number = other.length): number {
    const start = this.start(index);
    const end = this.end(index);
    const length = Math.min(end - start, otherEnd - otherStart);
    for (let at = 0; at < length; at++) {
      const difference = (this.#bytes[start + at] ?? 0) - (other[otherStart + at] ?? 0);
      if (difference !== 0) return difference;
    }
    return end - start - (otherEnd - otherStart);
  }

  /**
   * Replaces each text by one that is no longer.
   *
   * @param write Writes what becomes of the bytes from `start` to `end` to where `to` says, which is not behind `start`.
   * Returns where that ends, and whether it is ASCII.
   */
  rewrite(write: (bytes: Uint8Array, start: number, end: number, to: number) => readonly [number, boolean]): void {
    let [start, to] = [0, 0];
    for (let index = 0; index < this.count; index++) {
      const end = this.end(index);
      const [written, isAscii] = write(this.#bytes, start, end, to);
      if (!isAscii) this.#isAscii = false;
      this.#ends[index] = to = written;
      start = end;
    }
  }

  /** Where so many more bytes begin. */
  #room(bytes: number): number {
    const used = this.count === 0 ? 0 : this.end(this.count - 1);
    if (used + bytes > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(used + bytes, growth * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, used));
      this.#bytes = larger;
      this.#slice = undefined;
    }
    return used;
  }

  #close(end: number, isAscii: boolean): void {
    if (this.count === this.#ends.length) {
      const more = new Uint32Array(growth * this.#ends.length);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.count++] = end;
    if (!isAscii) this.#isAscii = false;
  }
}
