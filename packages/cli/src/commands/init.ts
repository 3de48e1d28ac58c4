import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  builtinProfiles,
  chainFailure,
  Failure,
  type Profile,
  type ProfileSettings,
  type ProjectFile,
  projectFileText,
} from "@fedbucket/client";
import { parseProjectFile } from "@fedbucket/client/node";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { badgeImage, invitations } from "../project-file/generate.ts";
import { publicAddress } from "../project-file/repository.ts";
import { meansTheSame } from "../project-file/take.ts";
import { open } from "../session.ts";

interface InitOptions extends CommonOptions {
  readonly name?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly url?: string;
  readonly force?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("init"))
    .argument("[file]", "where to write it", "fedbucket.toml")
    .description(
      "Writes a project file, from which others connect to the same place as you, each as themselves. Prints a badge for a README, a cell for a notebook and a line for a slide.",
    )
    .option("--name <name>", "what the connection is called at others (default: as here)")
    .option("--bucket <bucket>", "the bucket that people are to use")
    .option("--prefix <prefix>", "the part of the bucket, as in group-a/")
    .option("--url <url>", "where others will find the file (default: at the checkout's GitHub or GitLab)")
    .option("--force", "write over a file that is there")
    .action((file: string, options: InitOptions) => run(context, file, options));
}

async function run(context: Context, typed: string, options: InitOptions): Promise<void> {
  const { profile, config, session } = await open(context, options);
  const written = { ...builtinProfiles[profile.name], ...config.profiles[profile.name] };
  const project = written.project ?? (await session.state()).project?.name;
  const settings = settingsOf(profile, { ...written, ...(project === undefined ? {} : { project }) }, options);
  const name = options.name ?? freeName(profile.name, settings);
  const text = projectFileText({ name, settings });
  await parseProjectFile(text, typed); // what others would refuse is not written
  const path = resolve(context.cwd, typed);
  const badge = join(dirname(path), "fedbucket.svg");
  await writeNew(path, text, options.force === true);
  await writeNew(badge, badgeImage(name), true);
  const address = options.url ?? (await publicAddress(path));
  report(context, { name, settings }, { path, badge, address }, options.json === true);
}

/** Everybody has the built-in profiles, so another connection needs another name. */
function freeName(name: string, settings: ProfileSettings): string {
  const builtin = builtinProfiles[name];
  if (builtin === undefined || meansTheSame(builtin, settings)) return name;
  return [name, settings.bucket ?? settings.project ?? "project"]
    .join("-")
    .replace(/[^\w.-]+/g, "-")
    .slice(0, 64);
}

/** What is the same for everybody. The site goes by its name only where everybody's fedbucket knows that name. */
function settingsOf(profile: Profile, written: ProfileSettings, options: InitOptions): ProfileSettings {
  const { vo, region, site, keystone, sts } = profile;
  const isAddress = written.site !== undefined && /[:/]/.test(written.site);
  const { project, roleArn, issuer, clientId, identityProvider, protocol, membershipRenewAfter } = written;
  const bucket = options.bucket ?? profile.bucket;
  const prefix = options.prefix ?? (options.bucket === undefined ? profile.prefix : undefined);
  const all = {
    vo,
    project,
    roleArn,
    region,
    bucket,
    prefix,
    issuer,
    clientId,
    identityProvider,
    protocol,
    membershipRenewAfter,
  };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  const place = sts === undefined ? { site: isAddress ? keystone?.url : site } : { sts: written.sts };
  return Object.fromEntries([...Object.entries(place), ...known]);
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  if (!force && (await readFile(path, "utf8").catch(() => text)) !== text) {
    throw chainFailure("PROJECT_FILE_EXISTS", `${path} is there already and says something else`, {
      cure: ["Write over it: fedbucket init --force"],
    });
  }
  await writeFile(path, text).catch((cause: unknown) => {
    throw new Failure("CANNOT_WRITE", "failed", `${path} cannot be written`, {
      cause,
      cure: ["Choose another place."],
    });
  });
}

interface Written {
  readonly path: string;
  readonly badge: string;
  readonly address: string | undefined;
}

function report(context: Context, file: Required<ProjectFile>, written: Written, json: boolean): void {
  const { badge, cell, slide } = invitations(file, written.address ?? "./fedbucket.toml");
  if (json) {
    context.stdout.write(`${JSON.stringify({ ...written, badge, badgeFile: written.badge, cell, slide })}\n`);
    return;
  }
  context.stderr.write(`Wrote ${written.path} and ${written.badge}\n`);
  if (written.address === undefined)
    context.stderr.write("Where others will find it is not known here: give --url https://... for the lines below.\n");
  context.stdout.write(`README:\n\n${badge}\n\nNotebook:\n\n${cell}\nSlide:\n\n${slide}\n`);
}
