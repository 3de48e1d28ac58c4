import type { Peer } from "./peer.ts";

/** Those named and what they need, each behind what it needs. `all` is in such an order. */
export function withNeeds<P extends Pick<Peer, "name" | "needs">>(
  named: readonly P[],
  all: readonly P[],
): readonly P[] {
  const names = new Set<string>();
  const add = (peer: P): void => {
    names.add(peer.name);
    for (const need of all.filter(({ name }) => peer.needs.includes(name))) add(need);
  };
  named.forEach(add);
  return all.filter(({ name }) => names.has(name));
}

/**
 * Starts peers at once, each when what it needs is up. One that does not come up leaves the others alone, save those that
 * need it.
 *
 * @returns Why each that is not up is not.
 */
export async function bringUp<P extends Pick<Peer, "name" | "needs">>(
  wanted: readonly P[],
  start: (peer: P) => Promise<void>,
): Promise<ReadonlyMap<P, string>> {
  const failed = new Map<P, string>();
  const ends = new Map<string, Promise<boolean>>();
  const attempt = async (peer: P): Promise<boolean> => {
    for (const need of peer.needs)
      if ((await ends.get(need)) === false) return fail(peer, `it needs ${need}, which is not up`);
    try {
      await start(peer);
      return true;
    } catch (error) {
      return fail(peer, error instanceof Error ? error.message : String(error));
    }
  };
  const fail = (peer: P, why: string): false => {
    failed.set(peer, why);
    return false;
  };
  for (const peer of wanted) ends.set(peer.name, attempt(peer));
  await Promise.all(ends.values());
  return failed;
}
