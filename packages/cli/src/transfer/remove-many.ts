import {
  both,
  type Entry,
  Failure,
  type Gate,
  inGroups,
  listSide,
  persevere,
  removeEntries,
  rsyncFilter,
} from "@fedbucket/client";
import type { Context } from "../context.ts";
import { untilRead } from "../output.ts";
import type { SelectionOptions } from "./options.ts";
import { count } from "./show.ts";
import { openTree, type Tree } from "./tree.ts";
import { openGate, sleep } from "./work.ts";

export interface RemoveOptions extends SelectionOptions {
  readonly dryRun?: boolean;
  readonly concurrency?: number;
}

/** `rm --recursive`: everything below a prefix, a thousand keys a request, several requests at once. */
export async function removeMany(context: Context, texts: readonly string[], options: RemoveOptions): Promise<void> {
  const { gate, open } = openGate(context, options);
  const totals = { removed: 0, failed: 0 };
  const tell = (event: "removed" | "would-remove" | "failed", tree: Tree, key: string, error?: Error): void => {
    totals[event === "failed" ? "failed" : "removed"]++;
    const name = tree.nameOf(key);
    if (options.json === true)
      context.stdout.write(
        `${JSON.stringify({ event, key: name, ...(error === undefined ? {} : { message: error.message }) })}\n`,
      );
    else if (event === "would-remove") context.stdout.write(`would remove ${name}\n`);
    else if (error !== undefined) context.stderr.write(`failed: ${name}: ${error.message}\n`);
  };

  for (const text of texts) {
    const tree = await openTree(context, open, text, { ...options, takesGlob: true });
    if (tree.side.kind === "folder") throw onlyStores(text);
    const running = new Set<Promise<void>>();
    const remove = async (group: readonly Entry[]): Promise<void> => {
      const attempt = async () => await removeEntries(tree.side, group, context.signal);
      const retry = { sleep, random: Math.random, signal: context.signal, onBusy: () => gate.busy() };
      const left = await persevere(attempt, retry);
      for (const { key } of group) tell(left.has(key) ? "failed" : "removed", tree, key, left.get(key));
    };
    try {
      for await (const group of groupsOf(tree, options, context.signal, gate)) {
        await untilRead(context.stdout);
        if (options.dryRun === true) {
          for (const { key } of group) tell("would-remove", tree, key);
          continue;
        }
        await gate.enter();
        const one: Promise<void> = remove(group).finally(() => {
          gate.leave();
          running.delete(one);
        });
        one.catch(() => {}); // reported below
        running.add(one);
      }
    } finally {
      await Promise.all(running);
    }
  }
  end(context, totals, options);
}

function groupsOf(
  tree: Tree,
  { rules }: RemoveOptions,
  signal: AbortSignal,
  gate: Gate,
): AsyncIterable<readonly Entry[]> {
  const filter = both(tree.filter, rsyncFilter(rules));
  const listing = { filter, onProblem: () => {}, withoutMarkers: false, signal, atOnce: () => gate.limit };
  return inGroups(listSide(tree.side, listing));
}

function end(context: Context, { removed, failed }: { removed: number; failed: number }, options: RemoveOptions): void {
  const dryRun = options.dryRun === true;
  if (options.json === true) context.stdout.write(`${JSON.stringify({ event: "summary", removed, failed, dryRun })}\n`);
  else
    context.stderr.write(
      `${dryRun ? "Would remove" : "Removed"} ${count(removed)} ${removed === 1 ? "object" : "objects"}.\n`,
    );
  if (failed === 0) return;
  throw new Failure("PARTIAL", "partial", `${count(failed)} objects could not be removed`, {
    cure: ["See what you may do: fedbucket status"],
  });
}

const onlyStores = (text: string): Failure =>
  new Failure("BAD_ADDRESS", "usage", `${text} is a path of this machine, and only objects are removed`, {
    cure: ["Name what is in a store: fedbucket rm --recursive s3://bucket/prefix"],
  });
