import { Command } from "commander";
import type { Context } from "../context.ts";
import { addTransferOptions, refuseForOne, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const cp = new Command("cp")
    .description("Copies files and objects. Each copy appears whole or not at all.")
    .argument("<source>", "a file, an object (s3://bucket/key, profile:bucket/key), or - for standard input")
    .argument("<destination>", "likewise; a folder, or what ends in /, takes the name of the source")
    .option("-r, --recursive", "everything below; what is the same already is left alone");
  const { rules } = addTransferOptions(cp);
  return cp
    .addHelpText(
      "after",
      `
Examples:
  fedbucket cp sst.nc s3://my-bucket/data/          upload, keeping the name
  fedbucket cp s3://my-bucket/data/sst.nc .         download into this folder
  fedbucket cp --recursive era5.zarr s3://my-bucket/era5.zarr
  fedbucket cp 's3://my-bucket/data/2026-*.nc' data
  fedbucket cp s3://my-bucket/a pangeo:other/b      from store to store
  tar c data | fedbucket cp - s3://my-bucket/data.tar
  fedbucket cp s3://my-bucket/data.tar - | tar x`,
    )
    .action(async (source: string, destination: string) => {
      const options = typedOptions(cp, rules);
      const { meansMany } = await import("../transfer/tree.ts");
      const { openGate } = await import("../transfer/work.ts");
      const { gate, open } = openGate(context, options);
      if (options.recursive === true || options.fromFile !== undefined || (await meansMany(open, source))) {
        const { copyMany } = await import("../transfer/many.ts");
        return await copyMany(context, [source, destination], { ...options, moves: false });
      }
      refuseForOne(options);
      const { copy } = await import("../data/copy.ts");
      await copy(context, open, [source, destination], { ...options, gate });
    });
}
