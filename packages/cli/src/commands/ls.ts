import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf } from "../data/accounts.ts";
import { addConnection, addSelection, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const ls = new Command("ls")
    .description("Lists your buckets, or what is in one: s3://bucket, s3://bucket/folder/")
    .argument("[address]", "s3://bucket/prefix or profile:bucket/prefix")
    .option("-l, --long", "with time (UTC), size in bytes, and what else the store tells")
    .option("-r, --recursive", "everything below, with its whole name; also of a folder of this machine");
  const { rules } = addSelection(addConnection(ls));
  return ls
    .addHelpText(
      "after",
      `
Examples:
  fedbucket ls
  fedbucket ls --long s3://my-bucket/data/
  fedbucket ls --recursive 's3://my-bucket/data/2026-*'`,
    )
    .action(async (address: string | undefined) => {
      const options = typedOptions(ls, rules);
      const long = ls.opts<{ long?: boolean }>().long === true;
      if (options.recursive === true) {
        const { listAll } = await import("../transfer/look-at.ts");
        return await listAll(context, address ?? "s3://", { ...options, long });
      }
      const { list } = await import("../data/list.ts");
      await list(context, accountsOf(context, options), address, { ...options, long });
    });
}
