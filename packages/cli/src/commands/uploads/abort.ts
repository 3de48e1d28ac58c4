import { Command } from "commander";
import type { Context } from "../../context.ts";
import { addConnection } from "../../transfer/options.ts";
import type { UploadsOptions } from "../../transfer/uploads.ts";

export function command(context: Context): Command {
  return addConnection(new Command("abort"))
    .description("Removes uploads that were never completed, with their parts. Copies under way elsewhere end too.")
    .argument("<address>", "s3://bucket, s3://bucket/prefix or profile:bucket/prefix")
    .option("--older-than <time>", "begun before: 7d, 2026-11-23")
    .option("-n, --dry-run", "say what would be removed")
    .addHelpText(
      "after",
      `
Examples:
  fedbucket uploads abort s3://my-bucket --older-than 7d --dry-run
  fedbucket uploads abort s3://my-bucket --older-than 7d`,
    )
    .action(async (address: string, options: UploadsOptions) => {
      const { abortUploads } = await import("../../transfer/uploads.ts");
      await abortUploads(context, address, options);
    });
}
