import { Command } from "commander";
import type { Context } from "../context.ts";
import { accountsOf } from "../data/accounts.ts";
import { addConnection, addSelection, typedOptions } from "../transfer/options.ts";

export function command(context: Context): Command {
  const rm = new Command("rm")
    .description("Removes objects. One that is not there is no error.")
    .argument("<object...>", "s3://bucket/key or profile:bucket/key; a pattern for many")
    .option("-r, --recursive", "everything below a prefix")
    .option("-n, --dry-run", "say what would be removed");
  const { rules } = addSelection(addConnection(rm));
  return rm
    .addHelpText(
      "after",
      `
Examples:
  fedbucket rm s3://my-bucket/data/sst.nc
  fedbucket rm --recursive s3://my-bucket/old --dry-run
  fedbucket rm 's3://my-bucket/data/*.tmp'
  fedbucket rm --recursive s3://my-bucket/data --include '*.nc' --exclude '*'`,
    )
    .action(async (objects: string[]) => {
      const options = typedOptions(rm, rules);
      const { meansMany } = await import("../transfer/tree.ts");
      const open = accountsOf(context, options);
      const areMany = await Promise.all(objects.map(async (object) => await meansMany(open, object)));
      if (options.recursive === true || areMany.includes(true)) {
        const { removeMany } = await import("../transfer/remove-many.ts");
        return await removeMany(context, objects, options);
      }
      const { remove } = await import("../data/objects.ts");
      await remove(context, open, objects, options);
    });
}
