import { PackedText } from "./packed-text.ts";

const [newline, space, tilde] = [10, 32, 126];

/** An object as a page of a long listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. An MD5 in hex for objects uploaded in one piece, anything else otherwise. */
  readonly etag: string;
  /** Since 1970. */
  readonly modifiedMs: number;
}

/** What a listing tells of its objects, one column for each kind of thing. */
export class Columns {
  readonly keys: PackedText = new PackedText();
  readonly etags: PackedText = new PackedText();
  readonly bytes: number[] = [];
  readonly modifiedMs: number[] = [];

  /** Takes all away and keeps the memory. */
  clear(): void {
    this.keys.clear();
    this.etags.clear();
  }
}

/**
 * Objects in the order of a listing, held as columns: as JavaScript objects, a million of them keep the garbage collector
 * busier than everybody else. Made into objects where they are looked at.
 */
export class ObjectPage implements Iterable<ListedObject> {
  readonly #columns: Columns;
  readonly #from: number;
  readonly #to: number;

  constructor(columns: Columns, from = 0, to: number = columns.keys.count) {
    this.#columns = columns;
    this.#from = from;
    this.#to = to;
  }

  static of(objects: Iterable<ListedObject>): ObjectPage {
    const columns = new Columns();
    for (const { key, etag, bytes, modifiedMs } of objects) {
      columns.bytes[columns.keys.count] = bytes;
      columns.modifiedMs[columns.keys.count] = modifiedMs;
      columns.etags.pushText(etag);
      columns.keys.pushText(key);
    }
    return new ObjectPage(columns);
  }

  get count(): number {
    return this.#to - this.#from;
  }

  bytesAt(index: number): number {
    return this.#columns.bytes[this.#from + index] ?? 0;
  }

  /** @param leavesOut So many bytes at its beginning. */
  keyAt(index: number, leavesOut = 0): string {
    return this.#columns.keys.at(this.#from + index, leavesOut);
  }

  /** @param leavesOut So many bytes at the beginning of its key. */
  at(index: number, leavesOut = 0): ListedObject {
    const at = this.#from + index;
    const { keys, etags, bytes, modifiedMs } = this.#columns;
    return {
      key: keys.at(at, leavesOut),
      bytes: bytes[at] ?? 0,
      etag: etags.at(at),
      modifiedMs: modifiedMs[at] ?? Number.NaN,
    };
  }

  *[Symbol.iterator](): Generator<ListedObject> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  /**
   * The keys, one a line, as a terminal may get them; undefined when there are others than printable ASCII characters.
   *
   * @param leavesOut So many bytes at the beginning of each.
   */
  lines(leavesOut = 0): Uint8Array | undefined {
    const { keys } = this.#columns;
    const { bytes } = keys;
    if (!keys.isAscii || this.count === 0) return undefined;
    const lines = new Uint8Array(keys.end(this.#to - 1) - keys.start(this.#from) + this.count);
    let to = 0;
    let start = keys.start(this.#from);
    for (let index = this.#from; index < this.#to; index++) {
      const end = keys.end(index);
      for (let at = start + leavesOut; at < end; at++) {
        const byte = bytes[at] ?? 0;
        if (byte < space || byte > tilde) return undefined;
        lines[to++] = byte;
      }
      lines[to++] = newline;
      start = end;
    }
    return lines.subarray(0, to);
  }

  /** Those whose keys come after the one and not after the other, in a page that is in order. */
  within(after: string | undefined, until: string | undefined): ObjectPage {
    const from = after === undefined ? this.#from : this.#firstBehind(after);
    const to = until === undefined ? this.#to : this.#firstBehind(until);
    return from === this.#from && to === this.#to ? this : new ObjectPage(this.#columns, from, Math.max(from, to));
  }

  /** Whether each key comes after the one before it. */
  get isInOrder(): boolean {
    const { keys } = this.#columns;
    for (let at = this.#from + 1; at < this.#to; at++)
      if (keys.compare(at, keys.bytes, keys.start(at - 1), keys.end(at - 1)) <= 0) return false;
    return true;
  }

  #firstBehind(key: string): number {
    const bytes = new TextEncoder().encode(key);
    let [low, high] = [this.#from, this.#to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.keys.compare(middle, bytes) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
