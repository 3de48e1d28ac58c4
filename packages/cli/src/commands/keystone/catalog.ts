import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";
import { table } from "../../table.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("catalog"))
    .description("Lists the services of the site and their public addresses.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const services = await session.catalog();
  if (options.json === true) context.stdout.write(`${JSON.stringify({ services })}\n`);
  else
    context.stdout.write(
      table(
        ["type", "name", "region", "url"],
        services.map(({ type, name, region, url }) => [type, name, region, url]),
      ),
    );
}
