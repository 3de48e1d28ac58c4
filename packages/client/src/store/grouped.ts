import type { ListOptions, ObjectInfo, PrefixInfo } from "./store.ts";

/** Puts keys that have the delimiter behind the prefix into one group each. The keys come sorted. */
export async function* grouped(
  objects: Iterable<ObjectInfo> | AsyncIterable<ObjectInfo>,
  { prefix = "", delimiter = "" }: ListOptions,
): AsyncGenerator<ObjectInfo | PrefixInfo> {
  let last: string | undefined;
  for await (const object of objects) {
    const at = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (at < 0) {
      yield object;
      continue;
    }
    const group = object.key.slice(0, at + delimiter.length);
    if (group !== last) yield { kind: "prefix", prefix: group };
    last = group;
  }
}
