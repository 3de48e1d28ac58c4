import { rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Failure, visible } from "@fedbucket/client";
import { formatAddress, parseAddress, parseObject } from "../address.ts";
import type { Context } from "../context.ts";
import type { OpenAccount } from "../data/accounts.ts";
import { type Copied, copyOne, tell } from "../data/copy.ts";
import { copyMany } from "./many.ts";
import { refuseForOne, type TransferCommandOptions } from "./options.ts";
import { meansMany, usage } from "./tree.ts";
import { openGate } from "./work.ts";

/** `mv`: copies, and removes at the source what is safe at the destination. */
export async function move(
  context: Context,
  addresses: readonly [string, string],
  options: TransferCommandOptions,
): Promise<void> {
  const [from] = addresses;
  const { gate, open } = openGate(context, options);
  if (options.recursive === true || options.fromFile !== undefined || (await meansMany(open, from)))
    return await copyMany(context, addresses, { ...options, moves: true });
  refuseForOne(options);
  if (parseAddress(from).kind === "pipe")
    throw usage("standard input cannot be moved", "fedbucket cp - s3://bucket/key");
  const copying = async (): Promise<Copied> => await copyOne(context, open, addresses, { ...options, gate });
  tell(context, await moved(context, open, from, copying, options.dryRun === true), "Moved", options);
}

async function moved(
  context: Context,
  open: OpenAccount,
  from: string,
  copying: () => Promise<Copied>,
  dryRun: boolean,
): Promise<Copied> {
  const source = parseAddress(from);
  if (dryRun) return await copying();
  if (source.kind === "file") {
    const path = resolve(context.cwd, source.path);
    const before = await stampOf(path);
    const copied = await copying();
    if ((await stampOf(path)) !== before) throw changed(from);
    await rm(path);
    return copied;
  }
  const address = parseObject(from);
  const store = (await open(address)).bucket(address.bucket);
  const { etag } = await store.stat(address.key, { signal: context.signal });
  const copied = await copying();
  if ((await store.stat(address.key, { signal: context.signal })).etag !== etag) throw changed(formatAddress(address));
  await store.remove(address.key, { signal: context.signal });
  return copied;
}

async function stampOf(path: string): Promise<string | undefined> {
  const status = await stat(path, { bigint: true }).catch(() => undefined);
  return status === undefined ? undefined : `${status.size} ${status.mtimeNs} ${status.ino}`;
}

function changed(name: string): Failure {
  return new Failure(
    "SOURCE_CHANGED",
    "failed",
    `${visible(name)} changed while it was copied, so it was not removed`,
    {
      cure: ["Run the command again."],
    },
  );
}
