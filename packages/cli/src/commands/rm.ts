import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("rm")
    .description("Removes objects. One that is not there is no error.")
    .argument("<object...>", "s3://bucket/key or profile:bucket/key")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (objects: string[], options: DataOptions) => {
      const { remove } = await import("../data/objects.ts");
      await remove(context, accountsOf(context, options), objects, options);
    });
}
