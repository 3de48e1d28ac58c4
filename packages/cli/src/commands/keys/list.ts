import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { type ShownKeys, shownKeys } from "../../keys-output.ts";
import { openSession } from "../../session.ts";
import { table } from "../../table.ts";

interface ListOptions extends CommonOptions {
  readonly showSecrets?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("list"))
    .description("Lists your S3 keys at the site, in all projects (openstack ec2 credentials list).")
    .option("--show-secrets", "print the secret keys, too")
    .action((options: ListOptions) => run(context, options));
}

async function run(context: Context, options: ListOptions): Promise<void> {
  const keys = await shownKeys(await openSession(context, options), options.showSecrets === true);
  if (options.json === true) context.stdout.write(`${JSON.stringify({ keys })}\n`);
  else context.stdout.write(table(["access", "secret", "project id", ""], keys.map(row)));
}

const row = ({ accessKeyId, secretAccessKey = "(hidden)", projectId, madeHere, inUse }: ShownKeys): string[] => [
  accessKeyId,
  secretAccessKey,
  projectId,
  [inUse ? "in use" : "", madeHere ? "made by fedbucket" : ""].filter(Boolean).join(", "),
];
