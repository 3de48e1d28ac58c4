import { defaultLender } from "@fedbucket/client/node";
import { Argument, Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";
import { type Library, snippets } from "../snippets.ts";
import { placeOf } from "../variables/store.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("snippet"))
    .addArgument(new Argument("<library>", "for which").choices(Object.keys(snippets)))
    .description("Prints Python that works with this connection. It holds no secret: the keys are lent by the profile.")
    .action((library: Library, options: CommonOptions) => run(context, library, options));
}

async function run(context: Context, library: Library, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { name } = session;
  const isDefault = (await defaultLender(context.env)) === name;
  const place = placeOf(session.profile, await session.endpoint());
  const code = snippets[library](place, isDefault ? undefined : name);
  context.stdout.write(options.json === true ? `${JSON.stringify({ library, profile: name, code })}\n` : code);
}
