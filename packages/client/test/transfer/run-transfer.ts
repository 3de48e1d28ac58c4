import { nodeCrypto } from "../../src/node/crypto.ts";
import { usualRetries } from "../../src/retry.ts";
import { unlimited } from "../../src/transfer/bandwidth.ts";
import type { Rule } from "../../src/transfer/compare.ts";
import type { Summary } from "../../src/transfer/events.ts";
import { everything } from "../../src/transfer/filter.ts";
import { automaticGate } from "../../src/transfer/gate.ts";
import type { Side } from "../../src/transfer/side.ts";
import { transfer } from "../../src/transfer/transfer.ts";

/** A transfer of everything, without a journal. */
export async function runTransfer({
  source,
  destination,
  rule = "time",
  removes = false,
  atOnce,
}: {
  readonly source: Side;
  readonly destination: Side;
  readonly rule?: Rule;
  readonly removes?: boolean;
  readonly atOnce?: number;
}): Promise<Summary> {
  return await transfer({
    source,
    destination,
    filter: everything,
    rule,
    removes,
    moves: false,
    dryRun: false,
    work: {
      crypto: nodeCrypto(),
      gate: automaticGate({ now: () => performance.now(), fixed: atOnce }),
      bandwidth: unlimited,
      journal: { find: async () => undefined, keep: async () => {}, forget: async () => {} },
      contentTypeOf: () => undefined,
      onBytes: () => {},
    },
    onEvent: () => {},
    sleep: usualRetries.sleep,
    random: Math.random,
  });
}
