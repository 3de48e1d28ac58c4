import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@fedbucket/client";
import { fedbucketPaths } from "@fedbucket/client/node";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { findRunning } from "../../sandbox/running.ts";
import { stopSandbox } from "../../sandbox/stop.ts";

export function command(context: Context): Command {
  return new Command("reset")
    .description("Deletes the sandbox's people, keys and objects. A running one is stopped first.")
    .option("-y, --yes", "do not ask")
    .addOption(jsonOption())
    .action(({ yes, json }: { yes?: boolean; json?: boolean }) => reset(context, yes === true, json === true));
}

async function reset(context: Context, isSure: boolean, json: boolean): Promise<void> {
  const paths = fedbucketPaths(context.env);
  const folder = join(paths.data, "sandbox");
  if (!isSure && !(await confirm(context, folder))) return void context.stderr.write("Nothing was deleted.\n");
  const published = await findRunning(paths.state);
  if (published !== undefined) await stopSandbox(published);
  await rm(folder, { recursive: true, force: true });
  context.stderr.write(`Deleted ${folder}. A new one: fedbucket sandbox up\n`);
  if (json) context.stdout.write(`${JSON.stringify({ deleted: folder })}\n`);
}

async function confirm({ prompt }: Context, folder: string): Promise<boolean> {
  if (prompt === undefined) {
    throw new Failure("NOT_CONFIRMED", "usage", `this deletes ${folder}, and there is no terminal to ask at`, {
      cure: ["fedbucket sandbox reset --yes"],
    });
  }
  return prompt.confirm(`Delete the sandbox's people, keys and objects in ${folder}?`);
}
