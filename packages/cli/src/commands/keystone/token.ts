import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("token"))
    .description("Prints a Keystone token of the project, as `openstack token issue -c id -f value`. It is a secret.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { token, userId, project } = await session.access();
  const { scoped } = await session.state();
  const id = token.reveal();
  const answer = { id, expiresAt: scoped?.expiresAt, projectId: project.id, userId };
  context.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : `${id}\n`);
}
