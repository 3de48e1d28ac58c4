import { Command } from "commander";
import type { Context } from "../context.ts";
import { addConnection, addSelection, typedOptions } from "../transfer/options.ts";

interface Typed {
  readonly name?: string;
  readonly larger?: string;
  readonly smaller?: string;
  readonly newerThan?: string;
  readonly olderThan?: string;
}

export function command(context: Context): Command {
  const find = new Command("find")
    .description("Prints the addresses of objects by name, size and time")
    .argument("<address>", "s3://bucket/prefix, profile:bucket/prefix, a pattern, or a folder of this machine")
    .option("--name <pattern>", "the last part of the name: '*.nc'")
    .option("--larger <size>", "more bytes than: 500k, 20M, 1G")
    .option("--smaller <size>", "fewer bytes than")
    .option("--newer-than <time>", "modified since: 7d, 2026-11-23")
    .option("--older-than <time>", "not modified since");
  const { rules } = addSelection(addConnection(find));
  return find
    .addHelpText(
      "after",
      `
Examples:
  fedbucket find s3://my-bucket --name '*.nc' --larger 1G
  fedbucket find s3://my-bucket/scratch --older-than 30d
  fedbucket find data --newer-than 2026-11-23`,
    )
    .action(async (address: string) => {
      const { find: search, parseSize, parseTime } = await import("../transfer/look-at.ts");
      const { name, larger, smaller, newerThan, olderThan } = find.opts<Typed>();
      await search(context, address, {
        ...typedOptions(find, rules),
        ...(name === undefined ? {} : { name }),
        ...(larger === undefined ? {} : { larger: parseSize(larger) }),
        ...(smaller === undefined ? {} : { smaller: parseSize(smaller) }),
        ...(newerThan === undefined ? {} : { newerThan: parseTime(newerThan, context.now()) }),
        ...(olderThan === undefined ? {} : { olderThan: parseTime(olderThan, context.now()) }),
      });
    });
}
