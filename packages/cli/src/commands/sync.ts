import { Command } from "commander";
import type { Context } from "../context.ts";
import { addTransferOptions, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const sync = new Command("sync")
    .description("Makes a folder or prefix have what another has. What is the same already is left alone.")
    .argument("<source>", "a folder, s3://bucket/prefix or profile:bucket/prefix; a pattern for some of it")
    .argument("<destination>", "a folder, s3://bucket/prefix or profile:bucket/prefix")
    .option("--delete", "remove what only the destination has, after every copy is safe");
  const { rules } = addTransferOptions(sync);
  return sync
    .addHelpText(
      "after",
      `
Examples:
  fedbucket sync results s3://my-bucket/results              upload what is new or changed
  fedbucket sync s3://my-bucket/era5.zarr era5.zarr --delete the folder becomes like the store
  fedbucket sync pangeo:a/data hub:b/data --dry-run          between two sites; say what would be done
  fedbucket sync data s3://my-bucket/data --exclude '*.tmp'
  srun fedbucket sync /scratch/run s3://my-bucket/run --shard auto`,
    )
    .action(async (source: string, destination: string) => {
      const { copyMany } = await import("../transfer/many.ts");
      const options = typedOptions(sync, rules);
      await copyMany(context, [source, destination], { ...options, moves: false });
    });
}
