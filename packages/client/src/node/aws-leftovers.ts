import { rmSync } from "node:fs";
import { writeFileAtomically } from "./atomic-write.ts";
import { awsFiles } from "./aws-config.ts";
import { formatIni, type IniSection, type IniSetting, isMarker, parseIni, settingsOf } from "./ini-text.ts";
import { readIfThere } from "./state.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Static keys in a section of the AWS files, as `aws configure set` writes them. */
export interface AwsLeftover {
  readonly file: string;
  /** `default`, or the profile's name. */
  readonly section: string;
  /** Absent where there is a secret without its key. */
  readonly accessKeyId?: string;
}

const isKey = ({ key }: IniSetting): boolean =>
  /^aws_(access_key_id|secret_access_key|session_token|security_token)$/.test(key);

/** Of no use, or in the way, once the keys beside them are gone. */
const goesAlong = ({ key }: IniSetting): boolean => /^(region|endpoint_url|services|s3)$/.test(key);

/**
 * Static keys that win over a profile which borrows: those of a profile of the same name in the credentials file, and those
 * of the default.
 *
 * @param sections `default`, the profile's name, or both.
 * @see botocore/credentials.py: the credentials file is asked before any `credential_process`
 */
export async function findAwsLeftovers(env: Environment, sections: readonly string[]): Promise<AwsLeftover[]> {
  const { config, credentials } = awsFiles(env);
  const found = await Promise.all([credentials, config].map((file) => keysIn(file, sections)));
  return found.flat();
}

async function keysIn(file: string, wanted: readonly string[]): Promise<AwsLeftover[]> {
  return parseIni((await readIfThere(file)) ?? "")
    .filter(({ name }) => wanted.includes(name))
    .flatMap(({ name, body }) => {
      const keys = settingsOf(body).filter(isKey);
      const id = keys.find(({ key }) => key === "aws_access_key_id");
      const accessKeyId = id === undefined ? undefined : valueOf(id);
      return keys.length === 0 ? [] : [{ file, section: name, ...(accessKeyId === undefined ? {} : { accessKeyId }) }];
    });
}

const valueOf = ({ lines }: IniSetting): string | undefined => /[=:]\s*(\S+)/.exec(lines.at(-1) ?? "")?.[1];

/** Where {@link moveAwsLeftovers} puts what it takes out of a file. */
export const leftoversFile = (file: string): string => `${file}.moved-by-fedbucket`;

/**
 * Moves keys, and the settings that belong to them, into a file that only the person can read. First they are written there,
 * then they are taken out. Every other byte stays.
 */
export async function moveAwsLeftovers(leftovers: readonly AwsLeftover[]): Promise<void> {
  for (const file of new Set(leftovers.map((leftover) => leftover.file))) {
    const wanted = leftovers.filter((leftover) => leftover.file === file).map(({ section }) => section);
    const sections = parseIni((await readIfThere(file)) ?? "");
    const moved = sections.filter(({ name }) => wanted.includes(name)).map((section) => split(section).moved);
    await keep(leftoversFile(file), moved.join(""));
    const rest = formatIni(sections.flatMap((section) => without(section, wanted)));
    if (rest === "") rmSync(file);
    else await writeFileAtomically(file, rest, { mode: 0o600 });
  }
}

async function keep(file: string, text: string): Promise<void> {
  const before = (await readIfThere(file)) ?? "";
  await writeFileAtomically(file, before + text, { mode: 0o600, enforceMode: true, folderMode: 0o700 });
}

/** A section that has nothing else goes as a whole; the gap after it speaks of what follows, and stays. */
function without(section: IniSection, wanted: readonly string[]): IniSection[] {
  if (!wanted.includes(section.name)) return [section];
  const { body } = split(section);
  return body.length > 0 ? [{ ...section, body }] : [{ name: "", header: "", body: [], gap: section.gap }];
}

/** Our own lines in a section, a lent default say, are not touched. */
function split(section: IniSection): { readonly moved: string; readonly body: readonly string[] } {
  const ours = section.body.some(isMarker);
  const settings = settingsOf(section.body);
  const goes = (setting: IniSetting): boolean => isKey(setting) || (!ours && goesAlong(setting));
  const lines = settings.filter(goes).flatMap((setting) => setting.lines);
  const header = section.header.endsWith("\n") ? section.header : `${section.header}\n`;
  return {
    moved: [header, ...lines].map((line) => (line.endsWith("\n") ? line : `${line}\n`)).join(""),
    body: settings.filter((setting) => !goes(setting)).flatMap((setting) => setting.lines),
  };
}
