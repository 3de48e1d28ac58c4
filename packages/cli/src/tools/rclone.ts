import { existsSync } from "node:fs";
import { join } from "node:path";
import { chainFailure, type Failure } from "@fedbucket/client";
import { formatIni, type IniSection, parseIni } from "@fedbucket/client/node";
import { type Connection, notOurs, textTool, type Tool } from "./tool.ts";

/**
 * A remote named like the profile. It borrows through `env_auth`, with which rclone asks the AWS SDK, and that the profile of
 * ~/.aws/config. rclone rewrites its file, so ours is known by a setting rather than by comments.
 *
 * @see rclone, backend/s3/s3.go, `s3Connection`
 */
export const rclone: Tool = textTool({
  name: "rclone",
  movedBy: "RCLONE_CONFIG",
  file: ({ env, home }) => {
    if (env["RCLONE_CONFIG"]) return env["RCLONE_CONFIG"];
    const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
    const roaming = process.platform === "win32" && env["APPDATA"] ? [join(env["APPDATA"], "rclone/rclone.conf")] : [];
    const usual = join(config, "rclone/rclone.conf");
    const places = [...roaming, usual, join(home, ".rclone.conf")];
    return places.find((file) => existsSync(file)) ?? places[0] ?? usual;
  },
  put(text, connection, file) {
    if (/^(# Encrypted rclone|RCLONE_ENCRYPT_V)/m.test(text)) throw encrypted(file);
    const rest = take(text, connection.profile);
    if (parseIni(rest).some(({ name }) => name === connection.profile))
      throw notOurs(file, `a remote [${connection.profile}]`, connection.profile);
    const newline = rest.includes("\r\n") ? "\r\n" : "\n";
    const lines = [`[${connection.profile}]`, ...settings(connection), ""];
    return lines.map((line) => line + newline).join("") + rest;
  },
  take,
  advice: ({ profile }) => [`rclone lsd ${profile}:`],
});

const mark = 'description = keys lent by fedbucket; "fedbucket configure rclone --undo" removes this';

const settings = ({ profile, s3Url, region }: Connection): string[] => [
  mark,
  "type = s3",
  "provider = Ceph",
  "env_auth = true",
  `profile = ${profile}`,
  `endpoint = ${s3Url}`,
  `region = ${region}`,
];

const isOurs = ({ name, body }: IniSection, profile: string): boolean =>
  name === profile && body.some((line) => line.startsWith(mark.slice(0, 36)));

/** With the one blank line after it that was put there. */
function take(text: string, profile: string): string {
  const sections = parseIni(text).map((section) => {
    if (!isOurs(section, profile)) return section;
    const [first = "", ...gap] = section.gap;
    return { name: "", header: "", body: [], gap: first.trim() === "" ? gap : section.gap };
  });
  return formatIni(sections);
}

function encrypted(file: string): Failure {
  return chainFailure("TOOL_FILE_ENCRYPTED", `${file} is encrypted, so nothing can be added to it`, {
    cure: ["Under fedbucket the remote is there without the file:", "fedbucket run -- rclone lsd PROFILE:"],
  });
}
