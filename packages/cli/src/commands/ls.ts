import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, viaOption } from "../data/accounts.ts";
import type { ListCommandOptions } from "../data/list.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("ls")
    .description("Lists your buckets, or what is in one: s3://bucket, s3://bucket/folder/")
    .argument("[address]", "s3://bucket/prefix or profile:bucket/prefix")
    .option("-l, --long", "with time (UTC), size in bytes, and what else the store tells")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (address: string | undefined, options: ListCommandOptions) => {
      const { list } = await import("../data/list.ts");
      await list(context, accountsOf(context, options), address, options);
    });
}
