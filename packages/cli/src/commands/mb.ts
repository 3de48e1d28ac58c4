import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("mb")
    .description("Makes a bucket. Your own that is there already is no error.")
    .argument("<bucket>", "s3://bucket or profile:bucket")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (bucket: string, options: DataOptions) => {
      const { makeBucket } = await import("../data/objects.ts");
      await makeBucket(context, accountsOf(context, options), bucket, options);
    });
}
