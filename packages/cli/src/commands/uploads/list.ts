import { Command } from "commander";
import type { Context } from "../../context.ts";
import { addConnection } from "../../transfer/options.ts";
import type { UploadsOptions } from "../../transfer/uploads.ts";

export function command(context: Context): Command {
  return addConnection(new Command("list"))
    .description("Lists uploads in parts that were never completed. They take space and show in no other listing.")
    .argument("<address>", "s3://bucket, s3://bucket/prefix or profile:bucket/prefix")
    .option("--older-than <time>", "begun before: 7d, 2026-11-23")
    .addHelpText(
      "after",
      `
Examples:
  fedbucket uploads list s3://my-bucket
  fedbucket uploads list s3://my-bucket/run --older-than 7d`,
    )
    .action(async (address: string, options: UploadsOptions) => {
      const { listUploads } = await import("../../transfer/uploads.ts");
      await listUploads(context, address, options);
    });
}
