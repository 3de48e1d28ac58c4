/** A file or object; its key is relative to the root of its tree. */
export interface Entry {
  readonly key: string;
  readonly bytes: number;
  /** Since 1970. Of an object: when the store last wrote it. */
  readonly modifiedMs: number;
  /** Of an object. */
  readonly etag?: string;
  /** Of a file: when its bytes, its name or its permissions last changed. */
  readonly changedMs?: number;
}

/** A listing in the UTF-8 order of the keys, some at a time. */
export type Pages = AsyncIterable<readonly Entry[]>;
