import { type Site, sitesOfVo } from "@fedbucket/client";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { ageOf, knownSites } from "../../sites/known.ts";
import { table } from "../../table.ts";

interface ListOptions {
  readonly vo?: string;
  readonly json?: boolean;
}

export function command(context: Context): Command {
  return new Command("list")
    .description("Lists the sites of the federation that are known by name.")
    .option("--vo <vo>", "only those that have this VO")
    .addOption(jsonOption())
    .action((options: ListOptions) => run(context, options));
}

async function run(context: Context, { vo, json }: ListOptions): Promise<void> {
  const list = await knownSites(context);
  const sites = vo === undefined ? list.sites : sitesOfVo(vo, list.sites);
  if (json === true) {
    context.stdout.write(`${JSON.stringify({ sites, updatedAt: list.updatedAt })}\n`);
    return;
  }
  context.stdout.write(table(["site", "keystone", "vos", "object store"], sites.map(row)));
  context.stderr.write(`${ageOf(list)}\n`);
}

const row = ({ name, keystone, vos, objectStore }: Site): string[] => [
  name,
  new URL(keystone).host,
  String(vos.length),
  objectStore === true ? "yes" : "not told",
];
