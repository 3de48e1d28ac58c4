import { Command, Option } from "commander";
import type { Context } from "../context.ts";
import { accountsOf, viaOption } from "../data/accounts.ts";
import type { PresignCommandOptions } from "../data/objects.ts";
import { caBundleOption, debugOption, jsonOption, profileOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("presign")
    .description(
      "Prints a link to one object that works without signing in, until it expires. Whoever has the link has the object.",
    )
    .argument("<object>", "s3://bucket/key or profile:bucket/key")
    .option("--expires <time>", "how long it works: 90s, 15m, 1h, at most 7d", "1h")
    .addOption(new Option("--method <method>", "GET to download, PUT to upload").choices(["GET", "PUT"]).default("GET"))
    .addOption(viaOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addOption(debugOption())
    .addOption(caBundleOption())
    .action(async (object: string, options: PresignCommandOptions) => {
      const { presign } = await import("../data/objects.ts");
      await presign(context, accountsOf(context, { via: "s3", ...options }), object, options);
    });
}
