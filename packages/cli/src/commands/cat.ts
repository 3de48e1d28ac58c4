import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("cat")
    .description("Writes objects to standard output, one after the other.")
    .argument("<object...>", "s3://bucket/key or profile:bucket/key")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (objects: string[], options: DataOptions) => {
      const { cat } = await import("../data/objects.ts");
      await cat(context, accountsOf(context, options), objects);
    });
}
