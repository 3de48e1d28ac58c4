import { StoreError } from "../store/error.ts";
import { inWords } from "../store/failures.ts";
import type { ObjectInfo } from "../store/store.ts";
import type { StoreSide } from "./side.ts";

/** What is known of an object before it is asked for. */
export interface Wanted {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  /** What the store said when it was asked for the whole. Default: it is asked when that is needed. */
  readonly told?: ObjectInfo;
}

/**
 * What the store says of this very version. Its checksum and time must not be taken from another one: where all bytes are
 * here since an earlier run, no other request would notice.
 *
 * @throws StoreError `STORE_CHANGED`
 */
export async function statWanted(
  { store, bucket, prefix }: StoreSide,
  { key, etag, told }: Wanted,
  signal: AbortSignal | undefined,
): Promise<ObjectInfo> {
  const info = told ?? (await store.stat(prefix + key, signal === undefined ? {} : { signal }));
  if (info.etag === etag) return info;
  throw new StoreError("STORE_CHANGED", `${inWords({ bucket, key: prefix + key })} has changed meanwhile`);
}
