import { builtinProfiles, enrolmentPage, makeProfile, type Profile } from "@fedbucket/client";
import { fedbucketPaths, readConfig, readCurrentProfile, readSandboxAddresses } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";

interface EnrollOptions extends CommonOptions {
  readonly browser: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("enroll"))
    .argument("<vo>", "virtual organisation, for example vo.pangeo.eu")
    .description("Opens the page on which to ask to be let into a virtual organisation, and says what to write there.")
    .option("--no-browser", "print the address without opening it")
    .action((vo: string, options: EnrollOptions) => run(context, vo, options));
}

async function run(context: Context, typed: string, options: EnrollOptions): Promise<void> {
  const profile = await profileFor(context, typed, options.profile);
  const vo = profile.vo ?? typed;
  const { url, statement } = enrolmentPage(profile.issuer, vo, { sandbox: profile.site === "sandbox" });
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ vo, url, statement, notes: profile.notes })}\n`);
    return;
  }
  for (const note of profile.notes) context.stderr.write(`note: ${note}\n`);
  context.stdout.write(`${url}\n`);
  const lines = [
    ...(statement === undefined
      ? ["Choose the role: member"]
      : ["Where it asks for a statement of purpose, paste:", `  ${statement}`]),
    "Somebody approves by hand, which may take days. Then sign in again, so that the site sees it:",
    `  fedbucket logout --profile ${profile.name} && fedbucket connect ${profile.name}`,
  ];
  context.stderr.write(`${lines.join("\n")}\n`);
  if (options.browser) await context.openBrowser(url).catch(() => false);
}

/** Works before anything is connected: the VO's own profile is found, and where it has none, Check-in's is used. */
async function profileFor(context: Context, vo: string, named: string | undefined): Promise<Profile> {
  const paths = fedbucketPaths(context.env);
  const name =
    named ?? (context.env["FEDBUCKET_PROFILE"] || undefined) ?? (await readCurrentProfile(paths.state)) ?? "pangeo";
  const settings = { ...builtinProfiles[name], ...(await readConfig(paths.config)).profiles[name] };
  const site = settings.site ?? "CESNET-MCCG2";
  return makeProfile(name, { ...settings, site, vo }, await readSandboxAddresses(paths.state));
}
