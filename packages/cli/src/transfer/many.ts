import { stat } from "node:fs/promises";
import {
  both,
  Failure,
  parseShard,
  type Rule,
  rsyncFilter,
  type Shard,
  shardFilter,
  shardFromEnvironment,
  type Side,
  type Summary,
  transfer,
} from "@fedbucket/client";
import { cannotRead } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { untilRead } from "../output.ts";
import { failedList, readNames } from "./failed-list.ts";
import type { TransferCommandOptions } from "./options.ts";
import { count, inWords, show } from "./show.ts";
import { openTree, type Tree, usage } from "./tree.ts";
import { makeWork, openGate, sleep } from "./work.ts";

export interface ManyOptions extends TransferCommandOptions {
  /** Whether the source's are removed once they are safe. */
  readonly moves: boolean;
}

/** `cp --recursive`, `sync` and `mv --recursive`. */
export async function copyMany(
  context: Context,
  [from, to]: readonly [string, string],
  options: ManyOptions,
): Promise<void> {
  const shard = shardOf(context, options);
  const { gate, open } = openGate(context, options);
  const source = await openTree(context, open, from, { ...options, takesGlob: true });
  const destination = await openTree(context, open, to, { ...options, takesGlob: false });
  refuseNonsense(source, destination, from, to);
  await requireFolder(source.side, from);
  const dryRun = options.dryRun === true;
  const manner = { dryRun, moves: options.moves };
  const shown = show(context, { json: options.json === true, ...manner });
  const failed = failedList(context);
  const startedAt = performance.now();
  let summary: Summary;
  try {
    summary = await transfer({
      source: source.side,
      destination: destination.side,
      filter: both(source.filter, rsyncFilter(options.rules)),
      ...(shard.count > 1 && { share: shardFilter(shard) }),
      rule: ruleOf(options),
      removes: options.delete === true,
      moves: options.moves,
      dryRun,
      keys: options.fromFile === undefined ? undefined : readNames(context, options.fromFile),
      work: makeWork(context, gate, options, (bytes) => shown.onBytes(bytes)),
      onEvent(event) {
        if (event.event === "failed" && event.key !== "") failed.add(event);
        shown.onEvent(event);
      },
      untilTold: async () => await untilRead(context.stdout),
      onPlanned: (objects, bytes) => shown.onPlanned(objects, bytes),
      onPlanComplete: () => shown.onPlanComplete(),
      onLongWait: (error) => shown.onLongWait(error),
      sleep,
      random: Math.random,
    });
  } catch (error) {
    await failed.discard();
    throw error;
  } finally {
    shown.end();
  }
  const list = await failed.close();
  const seconds = (performance.now() - startedAt) / 1000;
  if (options.json === true) context.stdout.write(`${JSON.stringify({ event: "summary", ...summary, dryRun })}\n`);
  else context.stderr.write(`${inWords(summary, seconds, manner)}\n`);
  throwIfPartial(summary, list);
}

function throwIfPartial({ failed, stopped, removalsHeldBack, copied, same }: Summary, list: string | undefined): void {
  if (failed === 0) return;
  const cure = [
    ...(removalsHeldBack ? ["Nothing was removed at the destination, since not every copy is safe."] : []),
    ...(stopped === undefined ? [] : [`It ended early: ${stopped.message}. Run the same command again.`]),
    ...(list === undefined ? [] : [`Try again what failed, with the same addresses and: --from-file ${list}`]),
  ];
  if (stopped !== undefined && copied + same === 0)
    throw new Failure(stopped.code, "failed", stopped.message, { cure });
  throw new Failure("PARTIAL", "partial", `${count(failed)} ${failed === 1 ? "object" : "objects"} failed`, { cure });
}

function refuseNonsense(source: Tree, destination: Tree, from: string, to: string): void {
  const [a, b] = [source.side, destination.side];
  if (a.kind === "folder" && b.kind === "folder") throw usage(`neither ${from} nor ${to} is in a store`);
  if (a.kind !== "store" || b.kind !== "store" || a.account !== b.account || a.bucket !== b.bucket) return;
  if (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix))
    throw usage(`${from} and ${to} overlap, and a copy would find itself`);
}

async function requireFolder(side: Side, text: string): Promise<void> {
  if (side.kind !== "folder") return;
  const status = await stat(side.folder.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw cannotRead(text, error);
    const cure = ["See what is there: ls -l"];
    throw new Failure("FILE_NOT_FOUND", "not-found", `there is no folder ${text}`, { cause: error, cure });
  });
  if (!status.isDirectory()) throw usage(`${text} is a file, not a folder`, `fedbucket cp ${text} s3://bucket/key`);
}

function ruleOf({ checksum, sizeOnly, newer, ignoreTimes }: TransferCommandOptions): Rule {
  if (checksum === true) return "checksum";
  if (sizeOnly === true) return "size";
  if (newer === true) return "newer";
  return ignoreTimes === true ? "always" : "time";
}

/** @throws Failure `BAD_SHARD` */
function shardOf({ env }: Context, { shard }: TransferCommandOptions): Shard {
  if (shard === undefined) return { index: 0, count: 1 };
  try {
    const found = shard === "auto" ? shardFromEnvironment(env) : parseShard(shard);
    if (found !== undefined) return found;
  } catch (cause) {
    throw badShard((cause as Error).message, cause);
  }
  throw badShard("nothing says which shard this is: no Slurm array, Kubernetes indexed job or GNU parallel");
}

function badShard(message: string, cause?: unknown): Failure {
  return new Failure("BAD_SHARD", "usage", message, {
    cause,
    cure: ["Name it: --shard 1/8. Kubernetes and GNU parallel do not say of how many: export FEDBUCKET_SHARDS=8"],
  });
}
