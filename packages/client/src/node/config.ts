import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { ProfileSettings } from "../session/profile.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { withLock } from "./lock.ts";
import { readIfThere } from "./state.ts";

/** What a person wrote or chose, from `config.toml`. It holds no secret. */
export interface Config {
  readonly profiles: Readonly<Record<string, ProfileSettings>>;
  /** `host` or `host:port`: Keystones that an access token may be sent to, confirmed by the person. */
  readonly trustedHosts: readonly string[];
}

/** Raised when a file could no longer be read by an older fedbucket. */
const format = 1;

const settingNames = {
  site: "site",
  sts: "sts",
  role_arn: "roleArn",
  vo: "vo",
  project: "project",
  issuer: "issuer",
  client_id: "clientId",
  identity_provider: "identityProvider",
  protocol: "protocol",
  region: "region",
  membership_renew_after: "membershipRenewAfter",
  bucket: "bucket",
  prefix: "prefix",
} as const satisfies Record<string, keyof ProfileSettings>;

export const configFile = (configFolder: string): string => join(configFolder, "config.toml");

/**
 * An absent file is an empty one. Nothing is loaded to read none.
 *
 * @throws Failure `CONFIG_BROKEN` with the line, `CONFIG_NEWER`, `CANNOT_READ`. The file is left as it is.
 */
export async function readConfig(configFolder: string): Promise<Config> {
  const text = await readIfThere(configFile(configFolder));
  if (text === undefined) return { profiles: {}, trustedHosts: [] };
  const table = await parse(configFile(configFolder), text);
  return configOf(table, configFolder);
}

/** Writes the settings of one profile; comments and everything else stay. Writes nothing when nothing changes. */
export async function saveProfileSettings(
  configFolder: string,
  name: string,
  settings: ProfileSettings,
): Promise<void> {
  const wire = Object.entries(settingNames).flatMap(([key, setting]) =>
    settings[setting] === undefined ? [] : [[key, settings[setting]] as const],
  );
  await edit(configFolder, (table) => {
    const profiles = (table["profiles"] ?? {}) as Record<string, Record<string, unknown>>;
    return { ...table, profiles: { ...profiles, [name]: { ...profiles[name], ...Object.fromEntries(wire) } } };
  });
}

export async function saveTrustedHost(configFolder: string, host: string): Promise<void> {
  await edit(configFolder, (table) => {
    const hosts = hostsOf(table["trusted_hosts"], configFolder);
    return hosts.includes(host) ? table : { ...table, trusted_hosts: [...hosts, host] };
  });
}

type Table = Record<string, unknown>;

async function edit(configFolder: string, change: (table: Table) => Table): Promise<void> {
  if ((await edited(configFolder, change)) === undefined) return;
  const file = configFile(configFolder);
  // Another fedbucket may be connecting another profile: what it writes meanwhile must not be lost.
  await withLock(`${file}.lock`, async () => {
    const text = await edited(configFolder, change);
    if (text !== undefined) await writeFileAtomically(file, text, { mode: 0o644, folderMode: 0o700 });
  });
}

/** The file with the change made; undefined when it changes nothing. */
async function edited(configFolder: string, change: (table: Table) => Table): Promise<string | undefined> {
  const file = configFile(configFolder);
  const before = await readIfThere(file);
  const table = before === undefined ? { format } : await parse(file, before);
  configOf(table, configFolder); // a file that could not be read again is not written
  const changed = change(table);
  if (before !== undefined && JSON.stringify(changed) === JSON.stringify(table)) return undefined;
  const { patch } = await import("@decimalturn/toml-patch");
  const opening = "# Profiles of fedbucket. Edit it freely: comments are kept.\n";
  return patch(before ?? opening, changed, { inlineTableStart: 2 });
}

async function parse(file: string, text: string): Promise<Table> {
  const { parse: parseToml } = await import("@decimalturn/toml-patch");
  let table: Table;
  try {
    table = parseToml(text) as Table;
  } catch (error) {
    throw broken(file, error);
  }
  const version = table["format"] ?? format;
  if (version === format) return table;
  throw new Failure("CONFIG_NEWER", "failed", `${file} was written for a newer fedbucket`, {
    cure: ["Use that version, or do without the file:", `mv ${file} ${file}.newer`],
  });
}

function configOf(table: Table, configFolder: string): Config {
  const profiles = Object.entries(asTable(table["profiles"], configFolder, "profiles")).map(
    ([name, value]) =>
      [name, settingsOf(asTable(value, configFolder, `profiles.${name}`), configFolder, name)] as const,
  );
  return { profiles: Object.fromEntries(profiles), trustedHosts: hostsOf(table["trusted_hosts"], configFolder) };
}

function broken(file: string, error: unknown): Failure {
  const line = error instanceof Error && "line" in error ? `, line ${String(error.line)}` : "";
  const reason = (error instanceof Error ? error.message : String(error)).split("\n").at(-1) ?? "";
  return new Failure("CONFIG_BROKEN", "failed", `${file}${line} is not TOML: ${reason}`, {
    cause: error,
    cure: ["The file was left as it is. Mend that line, then run the command again. It reads:", `cat -n ${file}`],
  });
}

function wrongValue(configFolder: string, key: string, wanted: string): Failure {
  return new Failure("CONFIG_BROKEN", "failed", `${configFile(configFolder)}: ${key} must be ${wanted}`, {
    cure: [
      "The file was left as it is. Mend that value, then run the command again. It reads:",
      `cat -n ${configFile(configFolder)}`,
    ],
  });
}

function asTable(value: unknown, configFolder: string, key: string): Table {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Table;
  throw wrongValue(configFolder, key, "a table");
}

function settingsOf(table: Table, configFolder: string, name: string): ProfileSettings {
  const settings = Object.entries(settingNames).flatMap(([key, setting]) => {
    const value = table[key];
    if (value === undefined) return [];
    if (typeof value !== "string") throw wrongValue(configFolder, `profiles.${name}.${key}`, "a text in quotes");
    return [[setting, value] as const];
  });
  return Object.fromEntries(settings);
}

function hostsOf(value: unknown, configFolder: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((host) => typeof host === "string")) return value;
  throw wrongValue(configFolder, "trusted_hosts", "a list of host names in quotes");
}
