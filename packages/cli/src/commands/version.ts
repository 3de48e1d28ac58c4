import { Command } from "commander";
import { buildInfo } from "../build-info.ts";
import type { Context } from "../context.ts";
import { jsonOption } from "../options.ts";

export function command(context: Context): Command {
  return new Command("version")
    .description("Prints the version and what it was built from.")
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => {
      const info = buildInfo();
      if (options.json === true) {
        context.stdout.write(`${JSON.stringify(info)}\n`);
        return;
      }
      const commit = info.commit === null ? "" : `, commit ${info.commit}`;
      context.stdout.write(
        `fedbucket ${info.version} (${info.build} on Node ${info.node}, ${info.platform}${commit})\n`,
      );
      context.stdout.write(`${info.command.join(" ")}\n`);
    });
}
