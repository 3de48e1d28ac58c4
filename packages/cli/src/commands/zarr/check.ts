import { Command } from "commander";
import type { Context } from "../../context.ts";
import { addConnection } from "../../transfer/options.ts";
import type { ZarrOptions } from "../../transfer/zarr.ts";

export function command(context: Context): Command {
  return addConnection(new Command("check"))
    .description("Compares the chunks of a Zarr store, version 2 or 3, with its metadata, after a job was killed")
    .argument("<address>", "s3://bucket/name.zarr, profile:bucket/name.zarr, or a folder of this machine")
    .option("--allow-missing", "missing chunks are left out on purpose: they hold the fill value")
    .addHelpText(
      "after",
      `
Examples:
  fedbucket zarr check s3://my-bucket/era5.zarr
  fedbucket zarr check era5.zarr --allow-missing`,
    )
    .action(async (address: string, options: ZarrOptions) => {
      const { zarrCheck } = await import("../../transfer/zarr.ts");
      await zarrCheck(context, address, options);
    });
}
