import type { Rotated } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("rotate"))
    .description(
      "Puts a new pair of S3 keys in the place of the one in use. Tools go on without a gap: the old pair is deleted once none can be using it.",
    )
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { keys, old } = await session.rotateKeys();
  if (options.json === true) context.stdout.write(`${JSON.stringify({ accessKeyId: keys.accessKeyId, old })}\n`);
  else {
    context.stdout.write(`${keys.accessKeyId}\n`);
    context.stderr.write(whatOfTheOld(old, session.name));
  }
}

function whatOfTheOld(old: Rotated["old"], profile: string): string {
  if (old === undefined) return "";
  const { accessKeyId, deleteAfter } = old;
  const now = `fedbucket keys delete ${accessKeyId} --profile ${profile}`;
  return deleteAfter === undefined
    ? `${accessKeyId} was not made here and stays, since other machines may use it. To delete it: ${now}\n`
    : `${accessKeyId} is deleted with the first renewal after ${deleteAfter.slice(11, 16)} UTC. Leaked? At once: ${now}\n`;
}
