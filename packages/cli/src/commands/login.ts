import { personLabel } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { askingFor } from "../asking.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";

interface LoginOptions extends CommonOptions {
  readonly browser?: boolean;
  readonly store: boolean;
  readonly clientId?: string;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("login"))
    .argument("[profile]")
    .description("Signs in at Check-in anew, and nothing else.")
    .option("--browser", "sign in in a browser on this machine (code and PKCE) rather than with a code to type")
    .option("--no-browser", "print the address without opening it")
    .option("--no-store", "keep no refresh token here: you will be asked again when the access token ends")
    .option("--client-id <id>", "the OpenID client to sign in with (FEDBUCKET_CLIENT_ID)")
    .action((profile: string | undefined, options: LoginOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

async function run(context: Context, options: LoginOptions): Promise<void> {
  const { clientId, browser } = options;
  const asking = askingFor(context, { browser: browser !== false, loopback: browser === true });
  const session = await openSession(context, {
    ...options,
    asking,
    keepsRefreshToken: options.store,
    settings: clientId === undefined ? {} : { clientId },
  });
  await session.signIn();
  const { login } = await session.state();
  const who = personLabel(login ?? {}) ?? "somebody";
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ profile: session.name, name: login?.personName, subject: login?.subject, expiresAt: login?.expiresAt })}\n`,
    );
  } else context.stderr.write(`Signed in as ${who}. Next: fedbucket connect ${session.name}\n`);
}
