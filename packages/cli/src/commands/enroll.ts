import {
  builtinProfiles,
  enrolmentPage,
  makeProfile,
  nearest,
  parseDuration,
  type Profile,
  voNames,
} from "@fedbucket/client";
import { fedbucketPaths, readConfig, readCurrentProfile, readSandboxAddresses } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { makeConnection } from "../connect/make.ts";
import { prepareConnect } from "../connect/prepare.ts";
import { waitForMembership } from "../connect/wait-for-membership.ts";
import type { Context } from "../context.ts";
import { stepLine } from "../steps.ts";

interface EnrollOptions extends CommonOptions {
  readonly browser: boolean;
  readonly wait?: boolean;
  readonly every: string;
  readonly atMost?: string;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("enroll"))
    .argument("<vo>", "virtual organisation, for example vo.pangeo.eu")
    .description(
      "Opens the page on which to ask to be let into a virtual organisation, and says what to write there. With --wait it looks until somebody lets you in, then connects.",
    )
    .option("--no-browser", "print the address without opening it")
    .option("--wait", "look until you are a member, then go on with connect")
    .option("--every <time>", "how often to look at first; later less often", "30s")
    .option("--at-most <time>", "give up after this long (default: at a terminal never, elsewhere 15m)")
    .action((vo: string, options: EnrollOptions) => run(context, vo, options));
}

async function run(context: Context, typed: string, options: EnrollOptions): Promise<void> {
  const profile = await profileFor(context, typed, options.profile);
  const vo = profile.vo ?? typed;
  const meant = nearest(vo, voNames());
  if (meant !== undefined && meant !== vo)
    context.stderr.write(`note: fedbucket knows no VO called ${vo}; did you mean ${meant}?\n`);
  const { url, statement } = enrolmentPage(profile.issuer, vo, { sandbox: profile.site === "sandbox" });
  const { json = false, wait = false, browser } = options;
  if (json && !wait) context.stdout.write(`${JSON.stringify({ vo, url, statement, notes: profile.notes })}\n`);
  else showPage(context, profile, url, statement, json);
  if (browser && !json) await context.openBrowser(url).catch(() => false);
  if (wait) await goOnWhenMember(context, profile, options);
  else if (!json) context.stderr.write(`${whatNext(profile, vo).join("\n")}\n`);
}

/** With `--json` standard output is kept for the connection that comes in the end. */
function showPage(context: Context, profile: Profile, url: string, statement: string | undefined, json: boolean): void {
  for (const note of profile.notes) context.stderr.write(`note: ${note}\n`);
  (json ? context.stderr : context.stdout).write(`${url}\n`);
  context.stderr.write(
    statement === undefined
      ? "Choose the role: member\n"
      : `Where it asks for a statement of purpose, paste:\n  ${statement}\n`,
  );
}

const whatNext = ({ name }: Profile, vo: string): string[] => [
  "Somebody approves by hand, which may take days. Then sign in again, so that the site sees it:",
  `  fedbucket logout --profile ${name} && fedbucket connect ${name}`,
  "Or let fedbucket look, and connect by itself:",
  `  fedbucket enroll ${vo} --wait --profile ${name}`,
];

async function goOnWhenMember(context: Context, { name, vo }: Profile, options: EnrollOptions): Promise<void> {
  const everySeconds = parseDuration(options.every);
  const limit = options.atMost ?? (context.prompt === undefined ? "15m" : undefined);
  const atMostSeconds = limit === undefined ? undefined : parseDuration(limit);
  const connecting = { ...options, ...(vo === undefined ? {} : { vo }), store: true };
  const onStep = (step: Parameters<typeof stepLine>[0]): void => void context.stderr.write(stepLine(step));
  const prepared = await prepareConnect(context, name, connecting, onStep);
  await waitForMembership(context, prepared.opened.session, { everySeconds, atMostSeconds });
  await makeConnection(context, prepared, connecting);
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
