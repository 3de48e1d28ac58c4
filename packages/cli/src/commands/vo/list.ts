import { findSites, sitesOfVo, voNames } from "@fedbucket/client";
import { Command } from "commander";
import type { Context } from "../../context.ts";
import { jsonOption } from "../../options.ts";
import { ageOf, knownSites } from "../../sites/known.ts";
import { table } from "../../table.ts";

interface ListOptions {
  readonly site?: string;
  readonly json?: boolean;
}

export function command(context: Context): Command {
  return new Command("list")
    .description(
      "Lists the virtual organisations, and the sites that have something for them. Yours: fedbucket token list-vos",
    )
    .option("--site <site>", "only those at this site")
    .addOption(jsonOption())
    .action((options: ListOptions) => run(context, options));
}

async function run(context: Context, { site, json }: ListOptions): Promise<void> {
  const list = await knownSites(context);
  const sites = site === undefined ? list.sites : findSites(site, list.sites);
  const vos = voNames(sites).map((name) => ({
    name,
    sites: [...new Set(sitesOfVo(name, sites).map((at) => at.name))],
  }));
  if (json === true) {
    context.stdout.write(`${JSON.stringify({ vos, updatedAt: list.updatedAt })}\n`);
    return;
  }
  context.stdout.write(
    table(
      ["vo or project", "sites"],
      vos.map(({ name, sites }) => [name, sites.join(", ")]),
    ),
  );
  context.stderr.write(`${ageOf(list)}\n`);
}
