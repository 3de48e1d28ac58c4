import { Command } from "commander";
import type { Context } from "../context.ts";
import type { DataOptions } from "../data/accounts.ts";
import { addConnection } from "../transfer/options.ts";

export function command(context: Context): Command {
  return addConnection(new Command("stat"))
    .description("Shows everything a store tells about objects: size, time, ETag, type, metadata")
    .argument("<object...>", "s3://bucket/key or profile:bucket/key; a pattern for many")
    .addHelpText(
      "after",
      `
Examples:
  fedbucket stat s3://my-bucket/data/sst.nc
  fedbucket stat 's3://my-bucket/data/2026-*.nc' --json`,
    )
    .action(async (objects: string[], options: DataOptions) => {
      const { stat } = await import("../transfer/stat.ts");
      await stat(context, objects, options);
    });
}
