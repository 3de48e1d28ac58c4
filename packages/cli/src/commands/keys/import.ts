import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import { importConnection } from "../../connect/make.ts";
import { prepareConnect } from "../../connect/prepare.ts";
import type { Context } from "../../context.ts";
import { readKeyPair } from "../../read-key-pair.ts";
import { profileName } from "../../session.ts";
import { stepLine } from "../../steps.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("import"))
    .description(
      "Takes an access key made in a store's console, by hidden paste or on standard input: the key and its secret, or the JSON file that the console offers. Tools are set up as by connect.",
    )
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const name = await profileName(context, options.profile);
  const onStep = (step: Parameters<typeof stepLine>[0]): void => void context.stderr.write(stepLine(step));
  const connecting = { ...options, browser: false, store: true, trustHost: [] };
  const prepared = await prepareConnect(context, name, connecting, onStep);
  await importConnection(context, prepared, await readKeyPair(context), options);
}
