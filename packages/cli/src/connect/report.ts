import type { Connected, Profile, ProfileState } from "@fedbucket/client";
import { type AwsWritten, type OldClient, oldClients } from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { lentCommandWarnings } from "./lent-command.ts";
import type { Prepared } from "./prepare.ts";

/** What the keys can do, in words; it follows from the roles in the project. What an STS store allows only it knows. */
export function capability(
  project: { name: string; roles: readonly string[] } | undefined,
  containers: number | undefined,
): string {
  if (project === undefined)
    return containers === undefined
      ? "sign requests, and list no buckets yet"
      : `see ${containers} ${containers === 1 ? "bucket" : "buckets"}`;
  const readsOnly =
    project.roles.length > 0 && project.roles.every((role) => /^(reader|load-balancer_observer)$/.test(role));
  const verbs = readsOnly ? "read" : "read, change and delete";
  const all = containers === undefined ? "all" : containers === 1 ? "the 1 container" : `all ${containers} containers`;
  return `${verbs} ${all}${containers === undefined ? " containers" : ""} of project ${project.name}`;
}

/** The end of `connect`: what the person has now, what stands in the way, what to type next. */
export async function printConnected(
  context: Context,
  { opened }: Prepared,
  connected: Connected,
  { written, warnings, json }: { written: AwsWritten; warnings: readonly string[]; json: boolean },
): Promise<void> {
  const { profile, session } = opened;
  if (json) {
    context.stdout.write(`${JSON.stringify(asJson(profile, connected, written, warnings))}\n`);
    return;
  }
  const lines = [
    `Connected: these keys can ${capability(connected.project, connected.keys.containers)}.`,
    ...howLong(await session.state()),
    ...(written.backup === undefined ? [] : [`The ${written.file} of before is kept as ${written.backup}`]),
    ...(written.tookDefaultFrom === undefined
      ? []
      : [`[default] now lends ${profile.name}; it lent ${written.tookDefaultFrom} before.`]),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...nextSteps(profile, connected, written),
  ];
  context.stderr.write(`${lines.join("\n")}\n`);
}

function nextSteps(profile: Profile, { keys }: Connected, written: AwsWritten): string[] {
  const { name, bucket, prefix = "" } = profile;
  // Whoever has no bucket at a MinIO may not list any: the first command after connecting must not be refused.
  const first =
    keys.containers === undefined
      ? "  fedbucket mb s3://NAME-data    # such stores mostly want your user name in front"
      : "  fedbucket ls";
  const list = bucket === undefined ? first : `  fedbucket ls s3://${bucket}/${prefix}`;
  if (written.lentDefault) return ["Next:", list, "  fedbucket snippet xarray"];
  const reason =
    written.ownDefault === undefined ? "[default] is left alone" : `Your own default (${written.ownDefault}) stays`;
  return [
    `${reason}; name this profile in one of two ways:`,
    `  export AWS_PROFILE=${name}`,
    `  storage_options={"profile": "${name}"}`,
    "Next:",
    list,
  ];
}

/** A pasted access token cannot be renewed; the keys go on until the site forgets the login, or as long as they were lent for. */
function howLong({ login, keys }: ProfileState): string[] {
  if (keys?.imported === true) return [];
  if (login?.refreshToken !== undefined || login?.expiresAt === undefined) return [];
  const token = `Your token works until ${login.expiresAt.slice(11, 16)} UTC and cannot be renewed.`;
  if (keys?.lent !== undefined) {
    return [`${token} The keys work until ${keys.lent.expiresAt.slice(11, 16)} UTC; then connect with a new token.`];
  }
  return [
    `${token} The keys go on working as long as the`,
    "site remembers you; when they stop, connect again with a new token.",
  ];
}

/** What in the environment wins over the profile of this name, for every tool that reads profiles. */
export function shadows(env: Context["env"], name: string): { what: string; cure: string }[] {
  const variables = ["AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].filter((each) => env[each]);
  const other = env["AWS_PROFILE"];
  return [
    ...variables.map((each) => ({ what: `${each} in the environment wins over every profile`, cure: `unset ${each}` })),
    ...(other === undefined || other === name
      ? []
      : [{ what: `AWS_PROFILE=${other} chooses another profile`, cure: `export AWS_PROFILE=${name}` }]),
  ];
}

/** What on this machine would get in the way of the new profile. */
export async function warningsFor(
  { env }: Context,
  name: string,
  old: readonly OldClient[] = oldClients(env),
): Promise<string[]> {
  return [
    ...(await lentCommandWarnings(env, name)),
    ...shadows(env, name).map(({ what, cure }) => `${what}: ${cure}`),
    ...old.map(
      (client) =>
        `${client.name} (${client.path}) does not read the endpoint from a profile (it needs ${client.needed}): give it --endpoint-url, or use fedbucket env`,
    ),
  ];
}

function asJson(
  profile: Profile,
  { project, keys, endpoint, remembered }: Connected,
  written: AwsWritten,
  warnings: readonly string[],
): unknown {
  return {
    profile: profile.name,
    site: profile.site,
    vo: profile.vo,
    bucket: profile.bucket,
    prefix: profile.prefix,
    issuer: profile.issuer,
    project,
    keys: { accessKeyId: keys.accessKeyId, remembered, expiresAt: keys.lent?.expiresAt },
    containers: keys.containers,
    s3Endpoint: endpoint.s3Url,
    storageUrl: endpoint.storageUrl,
    region: endpoint.region,
    aws: { file: written.file, default: written.lentDefault, ownDefault: written.ownDefault },
    warnings,
  };
}
