import { Command } from "commander";
import type { Context } from "../context.ts";
import { addTransferOptions, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const mv = new Command("mv")
    .description("Moves files and objects: copies, and removes at the source what is safe at the destination")
    .argument("<source>", "a file or folder, s3://bucket/key or profile:bucket/key")
    .argument("<destination>", "likewise; a bucket, or what ends in /, takes the name of the source")
    .option("-r, --recursive", "everything below");
  const { rules } = addTransferOptions(mv);
  return mv
    .addHelpText(
      "after",
      `
Examples:
  fedbucket mv s3://my-bucket/a.nc s3://my-bucket/old/a.nc
  fedbucket mv --recursive /scratch/run s3://my-bucket/run`,
    )
    .action(async (source: string, destination: string) => {
      const { move } = await import("../transfer/move.ts");
      await move(context, [source, destination], typedOptions(mv, rules));
    });
}
