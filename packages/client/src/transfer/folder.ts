import type { Checksum } from "../crypto.ts";
import type { RequestBody } from "../http.ts";
import type { Entry, Pages } from "./entry.ts";

/** A part of a tree that could not be listed, or is left out on purpose; the listing goes on without it. */
export interface ListingProblem {
  /** Of a file or folder, relative to the root. */
  readonly key: string;
  readonly message: string;
  /** Left out on purpose: a link that leads back, a socket. What it would have held is not known to be missing. */
  readonly isHarmless: boolean;
}

export interface FolderListing {
  /** Asked for folders, with a slash at their end. Default: all. */
  readonly enters?: (folder: string) => boolean;
  readonly onProblem: (problem: ListingProblem) => void;
  readonly signal?: AbortSignal | undefined;
}

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A file opened for reading. Whoever opens it closes it. */
export interface SourceFile {
  readonly bytes: number;
  /** As {@link formatMtime} writes it. */
  readonly mtime: string;
  /** Another one whenever the bytes may be others. */
  readonly fingerprint: string;
  read(): Promise<Uint8Array>;
  body(range?: ByteRange): RequestBody;
  /** Default: of all of it. */
  readonly digest: (algorithm: Checksum["algorithm"], range?: ByteRange) => Promise<Uint8Array>;
  isUnchanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** A small file, read at once. */
export interface SmallFile {
  readonly bytes: Uint8Array;
  /** Lets the memory be used again. Left out when somebody may still be reading it. */
  readonly release: () => void;
  /** As {@link formatMtime} writes it. */
  readonly mtime: string;
}

/** A file that is being put together under a temporary name, in any order, also by one process after another. */
export interface PartialFile {
  /** Numbers of parts that an earlier process brought. */
  readonly done: ReadonlySet<number>;
  write(chunks: AsyncIterable<Uint8Array>, position: number): Promise<void>;
  markDone(part: number, range: ByteRange): Promise<void>;
  /** The MD5 of the whole will be asked for: it is made while parts arrive. */
  hashWhole(): void;
  readonly digest: (algorithm: Checksum["algorithm"], range: ByteRange) => Promise<Uint8Array>;
  /** Synced, then given its name. */
  commit(modifiedMs: number): Promise<void>;
  /** Kept for another process, unless it is of no use. */
  leave(options: { readonly discard: boolean }): Promise<void>;
}

export interface PartialParts {
  readonly identity: string;
  readonly bytes: number;
}

export interface WriteOptions {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Files below a folder as a transfer needs them. Keys that cannot be names of files are escaped. */
export interface Folder {
  /** As people know it. */
  readonly path: string;
  pages(options: FolderListing): Pages;
  find(key: string): Promise<Entry | undefined>;
  open(key: string): Promise<SourceFile>;
  /** Undefined when it has more bytes, changes at this moment, or cannot be read without waiting: {@link open} it then. */
  readSmall(key: string, mostBytes: number): SmallFile | undefined;
  /** Whole or not at all. */
  write(key: string, body: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void>;
  /** @param parts What the parts are of and how large: what was left of anything else is thrown away. */
  openPartial(key: string, parts: PartialParts): Promise<PartialFile>;
  /** Removes a file that still is what the entry says, and folders that are empty then. False: it was another one. */
  remove(key: string, entry: Entry): Promise<boolean>;
  /** The folder itself: an object store has none. */
  makeFolder(key: string): Promise<void>;
}
