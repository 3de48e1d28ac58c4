import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("logout"))
    .argument("[profile]")
    .description("Signs out: revokes and forgets the tokens of the login. Keys and tools stay as they are.")
    .action((profile: string | undefined, options: CommonOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  await session.logout();
  if (options.json === true) context.stdout.write(`${JSON.stringify({ profile: session.name })}\n`);
  else
    context.stderr.write(
      `Signed out of ${session.profile.issuer}. To forget the keys too: fedbucket disconnect ${session.name}\n`,
    );
}
