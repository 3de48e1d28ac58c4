/** A file on its way into an archive. */
export interface FileEntry {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** May be run; everything else is 0644. */
  readonly executable?: boolean;
}

export const modeOf = (entry: FileEntry): number => (entry.executable === true ? 0o755 : 0o644);

/** Byte order, which is the same on every machine and in every language. */
export function sortedByPath(entries: readonly FileEntry[]): FileEntry[] {
  return [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

export const textFile = (path: string, text: string): FileEntry => ({ path, bytes: Buffer.from(text) });
