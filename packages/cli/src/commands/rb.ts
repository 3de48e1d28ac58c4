import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("rb")
    .description("Removes an empty bucket.")
    .argument("<bucket>", "s3://bucket or profile:bucket")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (bucket: string, options: DataOptions) => {
      const { removeBucket } = await import("../data/objects.ts");
      await removeBucket(context, accountsOf(context, options), bucket, options);
    });
}
