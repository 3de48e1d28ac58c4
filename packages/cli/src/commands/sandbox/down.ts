import { fedbucketPaths } from "@fedbucket/client/node";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { findRunning } from "../../sandbox/running.ts";
import { stopSandbox } from "../../sandbox/stop.ts";

export function command(context: Context): Command {
  return new Command("down")
    .description("Stops the running sandbox and waits until it has ended. Its people and objects stay.")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const published = await findRunning(fedbucketPaths(context.env).state);
      if (published !== undefined) await stopSandbox(published);
      context.stderr.write(published === undefined ? "No sandbox is running.\n" : "The sandbox has stopped.\n");
      if (json) context.stdout.write(`${JSON.stringify({ stopped: published !== undefined })}\n`);
    });
}
