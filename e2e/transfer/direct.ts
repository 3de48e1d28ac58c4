import { automaticGate, everything, type Side, type Summary, transfer, unlimited } from "@fedbucket/client";
import { fileJournal, nodeCrypto } from "@fedbucket/client/node";

export interface DirectOptions {
  /** Folder that remembers uploads. */
  readonly journal: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onFailed?: (failure: { readonly code: string; readonly message: string }) => void;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Copies what differs between two sides that a test has opened itself, four at once. */
export async function copyDirectly(source: Side, destination: Side, options: DirectOptions): Promise<Summary> {
  const { journal, sleep, onFailed, onBytes = () => {}, signal } = options;
  return await transfer({
    source,
    destination,
    filter: everything,
    rule: "time",
    removes: false,
    moves: false,
    dryRun: false,
    onEvent: (event) => void (event.event === "failed" && onFailed?.(event)),
    sleep,
    random: Math.random,
    work: {
      crypto: nodeCrypto(),
      gate: automaticGate({ now: () => performance.now(), fixed: 4 }),
      bandwidth: unlimited,
      journal: fileJournal(journal),
      contentTypeOf: () => undefined,
      onBytes,
      signal,
    },
  });
}
