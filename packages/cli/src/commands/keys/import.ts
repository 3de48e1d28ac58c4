import { checkAwsProfile } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import { importConnection } from "../../connect/make.ts";
import type { Context } from "../../context.ts";
import { readKeyPair } from "../../read-key-pair.ts";
import { open, profileName } from "../../session.ts";
import { stepLine } from "../../steps.ts";

interface ImportOptions extends CommonOptions {
  readonly sts?: string;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("import"))
    .description(
      "Takes an access key made elsewhere, in a store's console or by openstack ec2 credentials create, by hidden paste or on standard input: the key and its secret, or the JSON file that the console offers. Tools are set up as by connect.",
    )
    .option("--sts <url>", "address of the store's S3 API, when the profile is new")
    .action((options: ImportOptions) => run(context, options));
}

/** No token is sent to anybody, so no host has to be confirmed. */
async function run(context: Context, { sts, ...options }: ImportOptions): Promise<void> {
  const profile = await profileName(context, options.profile);
  const settings = sts === undefined ? {} : { sts };
  const onStep = (step: Parameters<typeof stepLine>[0]): void => void context.stderr.write(stepLine(step));
  const opened = await open(context, { ...options, profile, settings, onStep });
  await checkAwsProfile(context.env, profile);
  await importConnection(context, { opened, settings, confirmedHosts: [] }, await readKeyPair(context), options);
}
