import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";
import { table } from "../../table.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("projects"))
    .description("Lists your projects at the site and your roles in each.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const projects = await session.projectsWithRoles();
  const current = (await session.state()).project?.id;
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ projects: projects.map((project) => ({ ...project, current: project.id === current })) })}\n`,
    );
    return;
  }
  const rows = projects.map(({ id, name, roles }) => [id, name, roles.join(", "), id === current ? "in use" : ""]);
  context.stdout.write(table(["id", "name", "roles", ""], rows));
}
