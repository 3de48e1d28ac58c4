import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { lendCredentials } from "../lend.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("credentials"))
    .description(
      "Prints the JSON that AWS tools expect of a credential_process. Asks no server while the keys are fresh.",
    )
    .action((options: CommonOptions) => lendCredentials(context, options));
}
