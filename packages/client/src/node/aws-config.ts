import { homedir } from "node:os";
import { join } from "node:path";
import type { Failure } from "../failure.ts";
import { chainFailure } from "../session/failures.ts";
import { editFile, replaceFile } from "./edit-file.ts";
import {
  findBrokenLine,
  formatIni,
  type IniSection,
  type IniSetting,
  isMarker,
  markerPrefix,
  parseIni,
  settingsOf,
} from "./ini-text.ts";
import { withLock } from "./lock.ts";
import { fedbucketPaths } from "./paths.ts";
import { readIfThere } from "./state.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What goes into the sections of a profile. */
export interface AwsProfile {
  readonly name: string;
  /** Quoted where it must be; run without a shell. Ends in the words that name the profile. */
  readonly credentialProcess: string;
  readonly region: string;
  readonly endpointUrl: string;
}

/** Which credentials a tool gets that names no profile. */
export type DefaultChoice =
  /** Lend ours unless the person has a default of their own. */
  | "lend"
  /** Lend ours whatever the environment says; fail when a file of the person's has another. */
  | "always"
  | "never";

export interface AwsWritten {
  readonly file: string;
  /** The copy made the first time. */
  readonly backup?: string;
  /** The `[default]` is ours now. */
  readonly lentDefault: boolean;
  /** Why it is not: what the person has of their own, in words. */
  readonly ownDefault?: string;
  /** Profile that had the default before, when that was another one of ours. */
  readonly tookDefaultFrom?: string;
}

/** `AWS_CONFIG_FILE`, else `~/.aws/config`; the credentials file likewise. @see AWS CLI, "Configuration settings" */
export function awsFiles(env: Environment): { readonly config: string; readonly credentials: string } {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? homedir();
  const at = (value: string | undefined, name: string): string =>
    value === undefined || value === "" ? join(home, ".aws", name) : value.replace(/^~(?=\/|$)/, home);
  return {
    config: at(env["AWS_CONFIG_FILE"], "config"),
    credentials: at(env["AWS_SHARED_CREDENTIALS_FILE"], "credentials"),
  };
}

/**
 * Refuses a profile name that the person uses for something else, and a file that no tool can read, before anything is
 * changed anywhere.
 *
 * @throws Failure `AWS_PROFILE_NOT_OURS`, `AWS_CONFIG_BROKEN`, `CANNOT_READ`
 */
export async function checkAwsProfile(env: Environment, name: string): Promise<void> {
  const files = awsFiles(env);
  for (const file of [files.config, files.credentials]) await checkReadable(file);
  const config = await readSections(files.config);
  for (const header of [`profile ${name}`, `services ${name}`]) {
    const section = config.find((candidate) => candidate.name === header);
    if (section !== undefined && writtenFor(section) === undefined) throw notOurs(files.config, header, name);
  }
  const credentials = await readSections(files.credentials);
  if (credentials.some((section) => section.name === name)) throw notOurs(files.credentials, name, name);
}

/**
 * Writes the sections of a profile and, as chosen, `[default]`. Every other byte of the file stays.
 *
 * @throws Failure as {@link checkAwsProfile}, `AWS_DEFAULT_NOT_OURS`, `CANNOT_WRITE`
 */
export function writeAwsProfile(env: Environment, profile: AwsProfile, choice: DefaultChoice): Promise<AwsWritten> {
  return alone(env, () => write(env, profile, choice));
}

async function write(env: Environment, profile: AwsProfile, choice: DefaultChoice): Promise<AwsWritten> {
  await checkAwsProfile(env, profile.name);
  const { config: file } = awsFiles(env);
  const text = (await readIfThere(file)) ?? "";
  const before = parseIni(text);
  const ownDefault = await findOwnDefault(env, before);
  if (choice === "always" && ownDefault?.inFile !== undefined) throw defaultNotOurs(ownDefault.words, profile.name);
  const current = before.find(({ name }) => name === "default");
  const lender = current === undefined ? undefined : writtenFor(current);
  const lends = choice === "always" || (choice === "lend" && ownDefault === undefined);
  let sections = put(before, `profile ${profile.name}`, profile.name, profileLines(profile));
  sections = put(sections, `services ${profile.name}`, profile.name, serviceLines(profile));
  if (lends) sections = put(sections, "default", profile.name, profileLines(profile));
  else if (lender === profile.name) sections = take(sections, "default");
  const backup = await replaceFile(file, text, formatIni(sections), "AWS_CONFIG_FILE");
  return {
    file,
    lentDefault: lends,
    ...(backup === undefined ? {} : { backup }),
    ...(ownDefault === undefined || lends ? {} : { ownDefault: ownDefault.words }),
    ...(lends && lender !== undefined && lender !== profile.name ? { tookDefaultFrom: lender } : {}),
  };
}

/** Takes out what was written for a profile. False when there was nothing. */
export function removeAwsProfile(env: Environment, name: string): Promise<boolean> {
  return alone(env, () => remove(env, name));
}

async function remove(env: Environment, name: string): Promise<boolean> {
  const { config: file } = awsFiles(env);
  const { changed } = await editFile(file, (text) => withoutProfile(text, name), "AWS_CONFIG_FILE");
  return changed;
}

function withoutProfile(text: string, name: string): string {
  const before = parseIni(text);
  const ours = before.filter((section) => writtenFor(section) === name);
  return ours.length === 0 ? text : formatIni(ours.reduce((sections, section) => take(sections, section.name), before));
}

/** Another fedbucket may be connecting another profile: what it writes meanwhile must not be lost. */
const alone = <T>(env: Environment, work: () => Promise<T>): Promise<T> =>
  withLock(join(fedbucketPaths(env).state, "aws-config.lock"), work);

/** What tools find when they name no profile, for `status`: ours, somebody else's, or nothing. */
export async function defaultLender(env: Environment): Promise<string | undefined> {
  const section = (await readSections(awsFiles(env).config)).find(({ name }) => name === "default");
  return section === undefined ? undefined : writtenFor(section);
}

/** Whether the profile's section is there and ours. */
export async function hasAwsProfile(env: Environment, name: string): Promise<boolean> {
  const sections = await readSections(awsFiles(env).config);
  return sections.some((section) => section.name === `profile ${name}` && writtenFor(section) === name);
}

/** The command line that the profile's section of ours runs for credentials. */
export async function credentialProcessOf(env: Environment, name: string): Promise<string | undefined> {
  const sections = await readSections(awsFiles(env).config);
  const ours = sections.find((section) => section.name === `profile ${name}` && writtenFor(section) === name);
  const setting = settingsOf(ours?.body ?? []).find(({ key }) => key === "credential_process");
  return setting?.lines
    .find((line) => line.includes("="))
    ?.replace(/^[^=]*=/, "")
    .trim();
}

/** Settings that make a `[default]` somebody's own; `output` or `cli_pager`, for example, do not. */
const ownSettings =
  /^(aws_|credential_|role_|source_profile|sso_|web_identity|login_|region$|endpoint_url$|services$|s3$)/;

/** What the person has as a default besides ours; undefined when nothing. */
async function findOwnDefault(
  env: Environment,
  config: readonly IniSection[],
): Promise<{ words: string; inFile?: string } | undefined> {
  const files = awsFiles(env);
  const section = config.find(({ name }) => name === "default" || name === "profile default");
  const own = section === undefined ? undefined : foreignSettings(section).find(({ key }) => ownSettings.test(key));
  if (own !== undefined) return { words: `${own.key} in [default] of ${files.config}`, inFile: files.config };
  const credentials = await readSections(files.credentials);
  if (credentials.some(({ name, body }) => name === "default" && settingsOf(body).length > 0)) {
    return { words: `[default] in ${files.credentials}`, inFile: files.credentials };
  }
  return env["AWS_ACCESS_KEY_ID"] ? { words: "AWS_ACCESS_KEY_ID in the environment" } : undefined;
}

function profileLines({ name, credentialProcess, region }: AwsProfile): string[] {
  return [
    `credential_process = ${credentialProcess}`,
    `region = ${region}`,
    `services = ${name}`,
    // Clients since 2025 send checksums that Ceph and Swift refuse, unless told otherwise.
    "request_checksum_calculation = when_required",
    "response_checksum_validation = when_required",
    "s3 =",
    "    addressing_style = path",
  ];
}

const serviceLines = ({ endpointUrl }: AwsProfile): string[] => ["s3 =", `  endpoint_url = ${endpointUrl}`];

/** Puts our lines at the top of a section, before whatever the person has there; makes the section when there is none. */
function put(sections: readonly IniSection[], name: string, profile: string, lines: readonly string[]): IniSection[] {
  const at = sections.findIndex((section) => section.name === name);
  const newline = sections.some(({ header, body }) => (header + body.join("")).includes("\r\n")) ? "\r\n" : "\n";
  const marker = `${markerPrefix}${profile}; "fedbucket disconnect ${profile}" removes it`;
  const own = [marker, ...lines].map((line) => line + newline);
  const section = sections[at];
  if (section === undefined)
    return append(sections, { name, header: `[${name}]${newline}`, body: own, gap: [] }, newline);
  const kept = foreignSettings(section).flatMap((setting) => setting.lines);
  const header = section.header.endsWith("\n") ? section.header : section.header + newline;
  return sections.with(at, { ...section, header, body: [...own, ...kept] });
}

function append(sections: readonly IniSection[], section: IniSection, newline: string): IniSection[] {
  const last = sections.at(-1);
  if (last === undefined) return [section];
  const text = formatIni(sections);
  const missing = text.endsWith("\n") ? [] : [newline];
  const blank = /\n\r?\n$/.test(text) ? [] : [newline];
  return [...sections.slice(0, -1), { ...last, gap: [...last.gap, ...missing, ...blank] }, section];
}

/** Removes our lines, and the section with them when nothing else is in it; with it goes the blank line before it. */
function take(sections: readonly IniSection[], name: string): IniSection[] {
  const at = sections.findIndex((section) => section.name === name);
  const section = sections[at];
  if (section === undefined) return [...sections];
  const kept = foreignSettings(section).flatMap((setting) => setting.lines);
  if (kept.length > 0) return sections.with(at, { ...section, body: kept });
  const before = sections[at - 1] ?? { name: "", header: "", body: [], gap: [] };
  const gap = before.gap.at(-1)?.trim() === "" ? before.gap.slice(0, -1) : before.gap;
  const merged = { ...before, gap: [...gap, ...section.gap] };
  return [...sections.slice(0, Math.max(0, at - 1)), merged, ...sections.slice(at + 1)];
}

const ourSettings = new Set(
  "credential_process region services request_checksum_calculation response_checksum_validation s3".split(" "),
);

/** What the person has in a section besides our lines. */
function foreignSettings(section: IniSection): IniSetting[] {
  const settings = settingsOf(section.body);
  return writtenFor(section) === undefined ? settings : settings.filter(({ key }) => !ourSettings.has(key));
}

/** The profile a section was written for, or undefined when it is not ours. */
function writtenFor(section: IniSection): string | undefined {
  const marker = section.body.find(isMarker);
  return marker?.slice(markerPrefix.length).split(";")[0]?.trim();
}

async function checkReadable(file: string): Promise<void> {
  const line = findBrokenLine((await readIfThere(file)) ?? "");
  if (line === undefined) return;
  throw chainFailure("AWS_CONFIG_BROKEN", `${file}, line ${line} is neither a [section], a setting nor a comment`, {
    cure: [
      "No AWS tool can read the file like this. It was left as it is: mend that line, then run the command again. To see it:",
      `sed -n ${line}p ${file}`,
    ],
  });
}

const readSections = async (file: string): Promise<IniSection[]> => parseIni((await readIfThere(file)) ?? "");

function notOurs(file: string, header: string, name: string): Failure {
  return chainFailure("AWS_PROFILE_NOT_OURS", `${file} has a section [${header}] that fedbucket did not write`, {
    cure: [
      "It would win over the connection or be lost. Rename it, or give the connection another name:",
      `fedbucket connect my-${name} --site SITE --vo VO`,
    ],
  });
}

function defaultNotOurs(words: string, name: string): Failure {
  return chainFailure("AWS_DEFAULT_NOT_OURS", `you have a default of your own (${words}), which stays as it is`, {
    cure: ["Remove it yourself if you no longer need it, or choose per shell:", `export AWS_PROFILE=${name}`],
  });
}
