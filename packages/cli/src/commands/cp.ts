import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, type DataOptions, viaOption } from "../data/accounts.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("cp")
    .description("Copies one file or object. The copy appears whole or not at all.")
    .argument("<source>", "a file, an object (s3://bucket/key, profile:bucket/key), or - for standard input")
    .argument("<destination>", "likewise; a folder, or what ends in /, takes the name of the source")
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .addHelpText(
      "after",
      `
Examples:
  fedbucket cp sst.nc s3://my-bucket/data/          upload, keeping the name
  fedbucket cp s3://my-bucket/data/sst.nc .         download into this folder
  fedbucket cp s3://my-bucket/a pangeo:other/b      from store to store
  tar c data | fedbucket cp - s3://my-bucket/data.tar
  fedbucket cp s3://my-bucket/data.tar - | tar x`,
    )
    .action(async (source: string, destination: string, options: DataOptions) => {
      const { copy } = await import("../data/copy.ts");
      await copy(context, accountsOf(context, options), [source, destination], options);
    });
}
