import { both, type Difference, Failure, rsyncFilter, verify, visible } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { formatBytes, untilRead } from "../output.ts";
import type { SelectionOptions } from "./options.ts";
import { count } from "./show.ts";
import { openTree } from "./tree.ts";
import { openGate } from "./work.ts";

const words: Readonly<Record<Difference["kind"], string>> = {
  missing: "missing at the destination",
  surplus: "only at the destination",
  size: "of another size",
  bytes: "of other bytes",
  failed: "cannot be compared",
};

/** `verify`: compares two sides without copying. */
export async function verifyTrees(
  context: Context,
  [from, to]: readonly [string, string],
  options: SelectionOptions & { readonly concurrency?: number },
): Promise<void> {
  const { gate, open } = openGate(context, options);
  const source = await openTree(context, open, from, { ...options, takesGlob: true });
  const destination = await openTree(context, open, to, { ...options, takesGlob: false });
  const summary = await verify({
    source: source.side,
    destination: destination.side,
    filter: both(source.filter, rsyncFilter(options.rules)),
    crypto: nodeCrypto(),
    gate,
    signal: context.signal,
    untilTold: async () => await untilRead(context.stdout),
    onDifference({ kind, key, message }) {
      if (options.json === true) context.stdout.write(`${JSON.stringify({ event: kind, key, message })}\n`);
      else context.stdout.write(`${words[kind]}: ${visible(key)}${message === undefined ? "" : ` (${message})`}\n`);
    },
  });
  const { same, bytes, missing, surplus, different, failed } = summary;
  if (options.json === true) context.stdout.write(`${JSON.stringify({ event: "summary", ...summary })}\n`);
  else context.stderr.write(`${count(same)} the same (${formatBytes(bytes)}).\n`);
  const differences = missing + surplus + different + failed;
  if (differences === 0) return;
  throw new Failure("DIFFERENT", "failed", `${count(differences)} ${differences === 1 ? "differs" : "differ"}`, {
    cure: [`Make them equal, --dry-run shows how: fedbucket sync ${from} ${to} --checksum`],
  });
}
