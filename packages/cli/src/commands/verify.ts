import { Command } from "commander";
import type { Context } from "../context.ts";
import { addConnection, addSelection, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const verify = new Command("verify")
    .description("Compares two sides byte by byte without copying, and names what differs")
    .argument("<source>", "a folder, s3://bucket/prefix or profile:bucket/prefix; a pattern for some of it")
    .argument("<destination>", "a folder, s3://bucket/prefix or profile:bucket/prefix");
  const { rules } = addSelection(addConnection(verify));
  return verify
    .addHelpText(
      "after",
      `
Examples:
  fedbucket verify results s3://my-bucket/results
  fedbucket verify pangeo:a/data hub:b/data --json`,
    )
    .action(async (source: string, destination: string) => {
      const { verifyTrees } = await import("../transfer/verify.ts");
      await verifyTrees(context, [source, destination], typedOptions(verify, rules));
    });
}
