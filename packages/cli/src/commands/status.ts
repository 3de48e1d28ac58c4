import { mask, personLabel, type Profile, type ProfileState, type SourceLook, surveySources } from "@fedbucket/client";
import { awsFiles, connectedProfiles, defaultLender, fedbucketPaths, hasAwsProfile } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { capability, warningsFor } from "../connect/report.ts";
import type { Context } from "../context.ts";
import { open } from "../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("status"))
    .argument("[profile]")
    .description(
      "Shows every link of the connection from what is remembered here. Asks no server: for that there is doctor.",
    )
    .action((profile: string | undefined, options: CommonOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const { session, profile, sources } = await open(context, options);
  const state = await session.state();
  const tokens = await surveySources({ profile, login: state.login, sources, now: context.now() });
  const tools = {
    file: awsFiles(context.env).config,
    profile: await hasAwsProfile(context.env, profile.name),
    default: (await defaultLender(context.env)) === profile.name,
  };
  const others = (await connectedProfiles(fedbucketPaths(context.env).state)).filter((name) => name !== profile.name);
  const warnings = await warningsFor(context, profile.name);
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ ...asJson(profile, state, context.now()), tokens, aws: tools, warnings, otherProfiles: others })}\n`,
    );
    return;
  }
  const rows = [
    ["Profile", `${profile.name}${others.length === 0 ? "" : ` (also connected: ${others.join(", ")})`}`],
    ["Check-in", `${signedIn(state, context.now())}; issuer ${profile.issuer}`],
    ["Tokens", tokens.length === 0 ? "none here" : tokens.map(sourceLine).join("; ")],
    ["VO", profile.vo ?? "any"],
    ...whereKeysComeFrom(profile, state, context.now()),
    ["Keys", keysLine(state, context.now())],
    ["Store", storeLine(state)],
    ["Tools", toolsLine(tools, profile.name)],
  ];
  const lines = rows.map(([link = "", detail = ""]) => `${link.padEnd(9)} ${detail}`);
  context.stdout.write(`${[...lines, ...warnings.map((warning) => `warning: ${warning}`)].join("\n")}\n`);
  if (state.keys === undefined) context.stderr.write(`Not connected yet. Next: fedbucket connect ${profile.name}\n`);
}

function whereKeysComeFrom({ site, keystone, sts }: Profile, state: ProfileState, now: Date): string[][] {
  const role = sts?.roleArn ?? state.keys?.lent?.foundRoleArn ?? "no role: by your groups";
  if (sts !== undefined) return [["STS", `${site}, ${sts.url}, ${role}`]];
  const { project } = state;
  return [
    ["Keystone", `${site}, ${keystone?.url ?? ""}; ${loggedIn(state, now)}`],
    [
      "Project",
      project === undefined ? "not chosen yet" : `${project.name} (${project.id}), roles: ${project.roles.join(", ")}`,
    ],
  ];
}

function storeLine({ endpoint }: ProfileState): string {
  if (endpoint === undefined) return "not known yet";
  return `S3 ${endpoint.s3Url ?? "none"}, Swift ${endpoint.storageUrl ?? "none"}`;
}

function signedIn({ login, federated }: ProfileState, now: Date): string {
  const name = personLabel({ ...federated, ...login });
  const who = name === undefined ? "" : ` as ${name}`;
  if (login === undefined)
    return federated === undefined ? "not signed in" : `signed in${who} with a token from the environment`;
  const until = login.expiresAt === undefined ? "" : `, token ${untilWhen(login.expiresAt, now)}`;
  return `signed in${who} (${login.source})${until}${login.refreshToken === undefined ? "" : ", renewed by itself"}`;
}

function sourceLine({ name, standing, by, reason }: SourceLook): string {
  if (standing === "used") return `${name} is used`;
  return standing === "shadowed" ? `${name} too, but ${by} wins` : `${name} cannot be used (${reason})`;
}

function loggedIn({ federated }: ProfileState, now: Date): string {
  return federated === undefined
    ? "not logged in"
    : `last login ${federated.loggedInAt.slice(0, 16).replace("T", " ")} UTC, token ${untilWhen(federated.expiresAt, now)}`;
}

function untilWhen(expiresAt: string, now: Date): string {
  const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
  return minutes <= 0 ? "expired" : `good for ${minutes} min`;
}

function keysLine({ keys, project }: ProfileState, now: Date): string {
  if (keys === undefined) return "none yet";
  const proven = keys.provenAt === undefined ? "" : `, last proven ${keys.provenAt.slice(0, 16).replace("T", " ")} UTC`;
  const origin = keys.imported === true ? ", imported" : "";
  const until = keys.lent === undefined ? "" : `, lent, ${untilWhen(keys.lent.expiresAt, now)}`;
  return `${mask(keys.accessKeyId)} can ${capability(project, keys.containers)}${origin}${until}${proven}`;
}

function toolsLine(
  { file, profile, default: lends }: { file: string; profile: boolean; default: boolean },
  name: string,
): string {
  if (!profile) return `no [profile ${name}] of ours in ${file}`;
  return lends
    ? `[profile ${name}] and [default] in ${file}`
    : `[profile ${name}] in ${file}; choose it with AWS_PROFILE=${name}`;
}

function asJson(
  profile: Profile,
  { login, federated, project, keys, endpoint }: ProfileState,
  now: Date,
): Record<string, unknown> {
  const name = login?.personName ?? federated?.personName;
  return {
    profile: profile.name,
    issuer: profile.issuer,
    person: { name, subject: login?.subject ?? federated?.subject },
    login: login && { source: login.source, expiresAt: login.expiresAt, renewable: login.refreshToken !== undefined },
    vo: profile.vo,
    site: profile.site,
    keystone: profile.keystone && {
      url: profile.keystone.url,
      loggedInAt: federated?.loggedInAt,
      expiresAt: federated?.expiresAt,
    },
    sts: profile.sts,
    project,
    keys: keys && {
      accessKeyId: keys.accessKeyId,
      containers: keys.containers,
      provenAt: keys.provenAt,
      imported: keys.imported,
      expiresAt: keys.lent?.expiresAt,
    },
    s3Endpoint: endpoint?.s3Url,
    storageUrl: endpoint?.storageUrl,
    region: endpoint?.region,
    at: now.toISOString(),
  };
}
