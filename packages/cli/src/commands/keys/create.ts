import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { shownKeys } from "../../keys-output.ts";
import { openSession } from "../../session.ts";

interface CreateOptions extends CommonOptions {
  readonly showSecrets?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("create"))
    .description(
      "Makes another pair of S3 keys in the project (openstack ec2 credentials create). connect needs none: it reuses.",
    )
    .option("--show-secrets", "print the secret key, too")
    .action((options: CreateOptions) => run(context, options));
}

async function run(context: Context, options: CreateOptions): Promise<void> {
  const session = await openSession(context, options);
  const { accessKeyId } = await session.createKeys();
  const keys = await shownKeys(session, options.showSecrets === true);
  const created = keys.find((pair) => pair.accessKeyId === accessKeyId);
  if (options.json === true) context.stdout.write(`${JSON.stringify(created)}\n`);
  else {
    context.stdout.write(
      `${accessKeyId}${created?.secretAccessKey === undefined ? "" : ` ${created.secretAccessKey}`}\n`,
    );
    context.stderr.write(`Made for this profile; to take it back: fedbucket keys delete ${accessKeyId}\n`);
  }
}
