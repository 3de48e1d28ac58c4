import { type Crypto, hex } from "../crypto.ts";
import { isMd5, matchesEtag } from "./checksum.ts";
import type { Entry } from "./entry.ts";
import type { Filter } from "./filter.ts";
import type { ListingProblem } from "./folder.ts";
import type { Gate } from "./gate.ts";
import { pairs } from "./merge.ts";
import { listSide, type Side } from "./side.ts";

/** What two sides do not have in common. */
export interface Difference {
  readonly kind: "missing" | "surplus" | "size" | "bytes" | "failed";
  readonly key: string;
  readonly message?: string;
}

export interface VerifySummary {
  readonly same: number;
  readonly bytes: number;
  readonly missing: number;
  readonly surplus: number;
  readonly different: number;
  readonly failed: number;
}

export interface VerifyOptions {
  readonly source: Side;
  readonly destination: Side;
  readonly filter: Filter;
  readonly crypto: Crypto;
  readonly gate: Gate;
  readonly onDifference: (difference: Difference) => void;
  /** Awaited before more is compared: differences should not pile up where nobody reads them. */
  readonly untilTold?: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares two sides byte by byte, without copying: by the checksums that stores keep, and by reading both where these
 * cannot be compared.
 */
export async function verify(options: VerifyOptions): Promise<VerifySummary> {
  const counts = { same: 0, bytes: 0, missing: 0, surplus: 0, different: 0, failed: 0 };
  const tell = (difference: Difference): void => {
    const { kind } = difference;
    counts[kind === "size" || kind === "bytes" ? "different" : kind]++;
    options.onDifference(difference);
  };
  const onProblem = ({ key, message, isHarmless }: ListingProblem): void => {
    if (!isHarmless) tell({ kind: "failed", key, message });
  };
  const { source, destination, filter, gate, signal } = options;
  const withoutMarkers = source.kind === "folder" || destination.kind === "folder";
  const [left, right] = [source, destination].map((side) =>
    listSide(side, { filter, onProblem, withoutMarkers, signal, atOnce: () => gate.limit }),
  );
  const running = new Set<Promise<void>>();

  async function compare(key: string, from: Entry, to: Entry): Promise<void> {
    try {
      if (await hasSameBytes(from, to, options)) {
        counts.same++;
        counts.bytes += from.bytes;
      } else tell({ kind: "bytes", key });
    } catch (error) {
      tell({ kind: "failed", key, message: error instanceof Error ? error.message : String(error) });
    }
  }

  if (left === undefined || right === undefined) return counts;
  try {
    for await (const batch of pairs(left, right)) {
      await options.untilTold?.();
      for (const { key, source: from, destination: to } of batch) {
        if (to === undefined) tell({ kind: "missing", key });
        else if (from === undefined) tell({ kind: "surplus", key });
        else if (from.bytes !== to.bytes) tell({ kind: "size", key });
        else if (isMd5(from.etag) && from.etag === to.etag) {
          counts.same++;
          counts.bytes += from.bytes;
        } else {
          await gate.enter();
          const one: Promise<void> = compare(key, from, to).finally(() => {
            gate.leave();
            gate.passed(from.bytes);
            running.delete(one);
          });
          running.add(one);
        }
      }
    }
  } finally {
    await Promise.all(running);
  }
  return counts;
}

async function hasSameBytes(from: Entry, to: Entry, { source, destination, ...rest }: VerifyOptions): Promise<boolean> {
  if (isMd5(from.etag) && isMd5(to.etag)) return from.etag === to.etag;
  if (from.etag !== undefined && from.etag === to.etag) return true;
  const told = source.kind === "folder" ? await fits(source, from, to, rest) : await fits(destination, to, from, rest);
  if (told !== undefined) return told;
  const [a, b] = [await md5Of(source, from, rest), await md5Of(destination, to, rest)];
  return a === b;
}

type Means = Pick<VerifyOptions, "crypto" | "signal">;

/** Whether a file fits an object's ETag; undefined when that does not tell. */
async function fits(side: Side, file: Entry, object: Entry, { crypto }: Means): Promise<boolean | undefined> {
  if (side.kind !== "folder") return undefined;
  const opened = await side.folder.open(file.key);
  try {
    return await matchesEtag({ etag: object.etag ?? "", bytes: opened.bytes }, opened.digest, crypto);
  } finally {
    await opened.close();
  }
}

async function md5Of(side: Side, { key }: Entry, { crypto, signal }: Means): Promise<string> {
  if (side.kind === "folder") {
    const file = await side.folder.open(key);
    try {
      return hex(await file.digest("md5"));
    } finally {
      await file.close();
    }
  }
  const md5 = crypto.md5();
  const { body } = await side.store.get(side.prefix + key, signal === undefined ? {} : { signal });
  for await (const chunk of body) md5.update(chunk);
  return hex(md5.digest());
}
