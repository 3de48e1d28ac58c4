import { afterwards, chainFailure } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("delete"))
    .argument("<access...>", "access keys, as `fedbucket keys list` shows them")
    .description("Deletes S3 keys at the site, for every machine that uses them (openstack ec2 credentials delete).")
    .action((access: string[], options: CommonOptions) => run(context, access, options));
}

async function run(context: Context, access: readonly string[], options: CommonOptions): Promise<void> {
  for (const accessKeyId of access) checkAccessKey(accessKeyId);
  const session = await openSession(context, options);
  const missing: string[] = [];
  for (const accessKeyId of access) if (!(await session.deleteKeys(accessKeyId))) missing.push(accessKeyId);
  const deleted = access.filter((id) => !missing.includes(id));
  if (options.json === true) context.stdout.write(`${JSON.stringify({ deleted, missing })}\n`);
  else if (deleted.length > 0) context.stderr.write(`Deleted ${deleted.join(", ")}. ${afterwards["s3-keys"].words}.\n`);
  if (missing.length > 0) {
    throw chainFailure("KEYS_NOT_FOUND", `you have no keys ${missing.join(", ")} at ${session.profile.site}`, {
      cure: [`fedbucket keys list --profile ${session.name}`],
    });
  }
}

/** It becomes part of an address, where a secret pasted by mistake has no place. */
function checkAccessKey(text: string): void {
  if (/^[a-z0-9]{3,128}$/i.test(text)) return;
  throw chainFailure("KEYS_BAD_NAME", `${text} is no access key`, { cure: ["See yours: fedbucket keys list"] });
}
