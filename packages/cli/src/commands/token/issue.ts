import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("issue"))
    .description("Prints an access token, a new one where the login can be renewed. It is a secret.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { token, source, expiresAt } = await session.accessToken();
  const secret = token.reveal();
  context.stdout.write(
    options.json === true ? `${JSON.stringify({ accessToken: secret, source, expiresAt })}\n` : `${secret}\n`,
  );
}
