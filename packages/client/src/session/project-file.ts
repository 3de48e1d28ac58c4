import type { Failure } from "../failure.ts";
import { tokenShape } from "../oidc/token-shape.ts";
import { chainFailure } from "./failures.ts";
import { checkProfileName, type ProfileSettings } from "./profile.ts";

/** What somebody wants others to connect to, as they hand it round: never a secret. */
export interface ProjectFile {
  /** Of the profile it becomes; found from the VO or site when absent. */
  readonly name?: string;
  readonly settings: ProfileSettings;
}

/** Raised when an older fedbucket could misread a file. */
const format = 1;

const settingNames = {
  site: "site",
  sts: "sts",
  role_arn: "roleArn",
  vo: "vo",
  project: "project",
  region: "region",
  bucket: "bucket",
  prefix: "prefix",
  issuer: "issuer",
  client_id: "clientId",
  identity_provider: "identityProvider",
  protocol: "protocol",
  membership_renew_after: "membershipRenewAfter",
} as const satisfies Record<string, keyof ProfileSettings>;

/**
 * Judges what a project file says. It comes from somebody else, so nothing in it is trusted further than a name is:
 * whether a token may go to its hosts is asked elsewhere.
 *
 * @param table The file, parsed.
 * @param source The path or address, for messages.
 * @throws Failure `PROJECT_FILE_BROKEN`, `PROJECT_FILE_NEWER`, `PROJECT_FILE_HAS_SECRET`, `PROFILE_BAD_NAME`
 */
export function projectFileOf(table: Readonly<Record<string, unknown>>, source: string): ProjectFile {
  for (const [key, value] of Object.entries(table)) refuseSecret(key, value, source);
  if ((table["format"] ?? format) !== format) {
    throw chainFailure("PROJECT_FILE_NEWER", `${source} was written for a newer fedbucket`, {
      cure: ["Ask whoever gave you the file for that version. Yours: fedbucket version"],
    });
  }
  const name = textOf("name", table["name"], source);
  if (name !== undefined) checkProfileName(name);
  const settings = Object.entries(settingNames).flatMap(([key, setting]) => {
    const value = textOf(key, table[key], source);
    return value === undefined ? [] : [[setting, value] as const];
  });
  if (["site", "sts", "vo"].every((key) => table[key] === undefined))
    throw broken(source, "it names neither a site nor a VO");
  return { ...(name === undefined ? {} : { name }), settings: Object.fromEntries(settings) };
}

/** The file that says this, with a line on how to use it. Values are written as TOML's basic strings, which JSON's are. */
export function projectFileText({ name, settings }: ProjectFile): string {
  const lines = Object.entries(settingNames).flatMap(([key, setting]) => {
    const value = settings[setting];
    return value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`];
  });
  return [
    "# What to connect to. Use it with: fedbucket connect ./fedbucket.toml",
    "# It holds no secret and must hold none: everybody signs in as themselves.",
    `format = ${format}`,
    ...(name === undefined ? [] : [`name = ${JSON.stringify(name)}`]),
    ...lines,
    "",
  ].join("\n");
}

function textOf(key: string, value: unknown, source: string): string | undefined {
  if (value === undefined) return undefined;
  // Control characters could hide what is printed before the person agrees to it.
  if (typeof value === "string" && /^[^\p{C}]{1,500}$/u.test(value)) return value;
  throw broken(source, `${key} must be a text in quotes, on one line`);
}

/** By the name of the key, or because the value has the shape of a token. A project's id looks like an S3 key. */
function refuseSecret(key: string, value: unknown, source: string): void {
  const shape = typeof value === "string" ? tokenShape(value).kind : undefined;
  const isToken =
    shape !== undefined && /^(access-token|refresh-token|id-token|keystone-token|truncated-jwt)$/.test(shape);
  if (!isToken && !/secret|token|passw|passphrase|access_?key|credential/i.test(key)) return;
  throw chainFailure("PROJECT_FILE_HAS_SECRET", `${source} holds what looks like a secret (${key})`, {
    cure: [
      "Whoever can read the file has it. Tell its author to take it out and to revoke it:",
      "fedbucket scan fedbucket.toml",
    ],
  });
}

const broken = (source: string, reason: string): Failure =>
  chainFailure("PROJECT_FILE_BROKEN", `${source} is no project file: ${reason}`, {
    cure: ["A right one is made by: fedbucket init"],
  });
