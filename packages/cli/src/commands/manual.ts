import { Command } from "commander";
import type { Context } from "../context.ts";

export function command(context: Context): Command {
  return new Command("manual")
    .description("Prints the manual page; read it with: fedbucket manual | man -l -")
    .action(async () => {
      const [{ manualPage }, { buildInfo }] = await Promise.all([import("../manual.ts"), import("../build-info.ts")]);
      context.stdout.write(await manualPage(context, buildInfo().date ?? ""));
    });
}
