import { Failure } from "../failure.ts";
import type { StoreError } from "../store/error.ts";
import { visible } from "../visible.ts";
import type { Entry } from "./entry.ts";
import type { Side } from "./side.ts";

/** Keys that one request removes. */
const removedAtOnce = 1000;

/** As many together as one request removes. */
export async function* inGroups(
  pages: AsyncIterable<readonly Entry[]> | Iterable<readonly Entry[]>,
): AsyncGenerator<readonly Entry[]> {
  let group: Entry[] = [];
  for await (const page of pages)
    for (const entry of page) {
      group.push(entry);
      if (group.length < removedAtOnce) continue;
      yield group;
      group = [];
    }
  if (group.length > 0) yield group;
}

/** Removes up to {@link removedAtOnce} entries. Resolves to those still there, each with its reason. */
export async function removeEntries(
  side: Side,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, StoreError | Failure>> {
  const left = new Map<string, StoreError | Failure>();
  const options = signal === undefined ? {} : { signal };
  if (side.kind === "folder") {
    for (const entry of entries)
      if (!(await side.folder.remove(entry.key, entry))) left.set(entry.key, changed(entry.key));
    return left;
  }
  const { store, prefix } = side;
  if (store.removeMany === undefined || entries.length === 1) {
    for (const { key } of entries) await store.remove(prefix + key, options);
    return left;
  }
  const notRemoved = await store.removeMany(
    entries.map(({ key }) => prefix + key),
    options,
  );
  for (const { key, error } of notRemoved) left.set(key.slice(prefix.length), error);
  return left;
}

function changed(key: string): Failure {
  return new Failure("SOURCE_CHANGED", "failed", `${visible(key)} changed meanwhile, so it was left`, {
    cure: ["Run the command again."],
  });
}
