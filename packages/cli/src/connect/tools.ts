import { builtinProfiles, chainFailure, type Connected } from "@fedbucket/client";
import {
  type AwsWritten,
  type DefaultChoice,
  fedbucketPaths,
  saveProfileSettings,
  saveTrustedHost,
  writeAwsProfile,
  writeCurrentProfile,
} from "@fedbucket/client/node";
import type { Context } from "../context.ts";
import { credentialProcess } from "./credential-process.ts";
import type { Prepared } from "./prepare.ts";

export interface ToolsSetUp {
  readonly written: AwsWritten;
  readonly detail: string;
  readonly ms: number;
}

/** Writes what is left to write once the chain stands: the tools' profile, the settings, which profile is current. */
export async function setUpTools(
  context: Context,
  prepared: Prepared,
  connected: Connected,
  choice: boolean | undefined,
): Promise<ToolsSetUp> {
  const startedAt = Date.now();
  const { name } = prepared.opened.profile;
  const { s3Url, region } = connected.endpoint;
  if (s3Url === undefined)
    throw chainFailure("ENDPOINT_WITHOUT_S3", "the store has no S3 address", { cure: ["fedbucket ls --via swift"] });
  const profile = { name, credentialProcess: credentialProcess(name), region, endpointUrl: s3Url };
  const written = await writeAwsProfile(context.env, profile, defaultChoice(choice));
  await rememberSettings(context, prepared);
  await writeCurrentProfile(fedbucketPaths(context.env).state, name);
  const sections = written.lentDefault ? `[profile ${name}] and [default]` : `[profile ${name}]`;
  return { written, detail: `${sections} in ${written.file}`, ms: Date.now() - startedAt };
}

/** Keeps what was typed and confirmed, so that the name alone will do. */
export async function rememberSettings(
  context: Context,
  { opened, settings, confirmedHosts }: Prepared,
): Promise<void> {
  const paths = fedbucketPaths(context.env);
  const { name } = opened.profile;
  const isNew = Object.entries(settings).some(([key, value]) => settingOf(name, key) !== value);
  if (isNew) await saveProfileSettings(paths.config, name, settings);
  for (const host of confirmedHosts) await saveTrustedHost(paths.config, host);
}

const settingOf = (name: string, key: string): unknown =>
  (builtinProfiles[name] as Record<string, unknown> | undefined)?.[key];

const defaultChoice = (choice: boolean | undefined): DefaultChoice =>
  choice === undefined ? "lend" : choice ? "always" : "never";
