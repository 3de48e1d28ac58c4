import {
  builtinProfiles,
  chainFailure,
  type Failure,
  type ProfileSettings,
  type ProjectFile,
  visible,
} from "@fedbucket/client";
import { fedbucketPaths, readConfig } from "@fedbucket/client/node";
import type { Context } from "../context.ts";

/** Says what a file wants, before anything is done. */
export function showProjectFile(context: Context, source: string, { name, settings }: ProjectFile): void {
  const { site, sts, vo, project, bucket, prefix, issuer } = settings;
  const place = bucket === undefined ? undefined : `s3://${bucket}/${prefix ?? ""}`;
  const parts = { name, site, store: sts, vo, project, bucket: place, issuer };
  const told = Object.entries(parts).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  context.stderr.write(`${visible(source)} asks for ${visible(told.join(", "))}\n`);
}

/**
 * A file from elsewhere must not change what a name means that the person uses already.
 *
 * @param typed The file as the person named it.
 * @throws Failure `PROJECT_FILE_NAME_TAKEN`
 */
export async function refuseTakenName(
  context: Context,
  name: string,
  settings: ProfileSettings,
  typed: string,
): Promise<void> {
  const { profiles } = await readConfig(fedbucketPaths(context.env).config);
  const before: ProfileSettings = { ...builtinProfiles[name], ...profiles[name] };
  if (Object.keys(before).length === 0 || meansTheSame(before, settings)) return;
  throw nameTaken(name, typed);
}

/** What decides where tokens and data go. */
const decisive = ["site", "sts", "roleArn", "vo", "project", "issuer", "region", "identityProvider"] as const;

export const meansTheSame = (before: ProfileSettings, settings: ProfileSettings): boolean =>
  decisive.every((key) => before[key] === settings[key]);

const nameTaken = (name: string, typed: string): Failure =>
  chainFailure("PROJECT_FILE_NAME_TAKEN", `you have a profile called ${name} already, and it is another connection`, {
    cure: ["Choose a name of your own for this one:", `fedbucket connect ${typed} --name ${name}-2`],
  });
