import { fedbucketPaths } from "@fedbucket/client/node";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { mustBeRunning } from "../../sandbox/running.ts";
import { reportOf, showSandbox } from "../../sandbox/show.ts";

export function command(context: Context): Command {
  return new Command("status")
    .description(
      "Shows the running sandbox: addresses, people, passphrase. Exit code 0 when one runs, 5 when none does.",
    )
    .addOption(jsonOption())
    .action(async ({ json = false }: { json?: boolean }) => {
      const published = await mustBeRunning(fedbucketPaths(context.env).state);
      showSandbox(context, reportOf(published), { json, stop: "fedbucket sandbox down             # stop it" });
    });
}
