import { setMaxListeners } from "node:events";

/** What a signal ends. One listener serves all: one for each request takes longer than the rest of its bookkeeping. */
export interface Ending {
  add(signal: AbortSignal, end: () => void): void;
  remove(signal: AbortSignal, end: () => void): void;
}

export function endingBySignal(): Ending {
  const ends = new WeakMap<AbortSignal, Set<() => void>>();

  function listen(signal: AbortSignal): Set<() => void> {
    const all = new Set<() => void>();
    setMaxListeners(0, signal);
    signal.addEventListener("abort", () => {
      for (const end of all) end();
    });
    ends.set(signal, all);
    return all;
  }

  return {
    add: (signal, end) => void (ends.get(signal) ?? listen(signal)).add(end),
    remove: (signal, end) => void ends.get(signal)?.delete(end),
  };
}
