import { Command } from "commander";
import type { Context } from "../context.ts";
import { addConnection, addSelection, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const du = new Command("du")
    .description("Counts objects and bytes below a prefix or folder")
    .argument("<address>", "s3://bucket/prefix, profile:bucket/prefix, a pattern, or a folder of this machine")
    .option("-d, --depth <n>", "for each folder down to this depth too", Number)
    .option("-b, --bytes", "exact bytes");
  const { rules } = addSelection(addConnection(du));
  return du
    .addHelpText(
      "after",
      `
Examples:
  fedbucket du s3://my-bucket
  fedbucket du --depth 1 s3://my-bucket/data
  fedbucket du 's3://my-bucket/*.zarr'`,
    )
    .action(async (address: string) => {
      const { usage } = await import("../transfer/look-at.ts");
      const { depth, bytes } = du.opts<{ depth?: number; bytes?: boolean }>();
      await usage(context, address, {
        ...typedOptions(du, rules),
        ...(depth === undefined ? {} : { depth }),
        bytes: bytes === true,
      });
    });
}
