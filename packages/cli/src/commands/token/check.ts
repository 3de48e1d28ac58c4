import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("check"))
    .description("Asks the issuer whether the access token works, and whose it is.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { source, expiresAt } = await session.accessToken();
  const person = await session.person();
  const { issuer } = session.profile;
  const seconds =
    expiresAt === undefined ? undefined : Math.round((expiresAt.getTime() - context.now().getTime()) / 1000);
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ valid: true, source, issuer, expiresAt, seconds, name: person.name, subject: person.sub })}\n`,
    );
    return;
  }
  const left = seconds === undefined ? "" : ` It is valid for ${seconds} seconds.`;
  context.stdout.write(
    `The token (${source}) works at ${issuer}.${left}\nIt belongs to ${person.name} (${person.sub}).\n`,
  );
}
