import { type Breakage, type Breakages, after } from "./breakage.ts";

const dead = "http://127.0.0.1:9/";

/** A project file that says this, and is connected by. */
const projectFile = (text: string): Breakage => ({
  arrange: (person) => person.write("fedbucket.toml", text),
  words: "connect ./fedbucket.toml",
});

/** A file that is there before the command. */
const withFile = (path: string, text: string, words: string): Breakage => ({
  arrange: (person) => person.write(path, text),
  words,
});

const connectedWithFile = (path: string, text: string, words: string): Breakage => ({
  ...withFile(path, text, words),
  connected: true,
});

const leaked =
  "AWS_SECRET_ACCESS_KEY=0123456789abcdef0123456789abcdef\nAWS_ACCESS_KEY_ID=fedcba9876543210fedcba9876543210\n";

export const thisMachine: Breakages<"machine" | "profile" | "tools"> = {
  CLOCK_SKEW: after("doctor sandbox", "everywhere: the clock is two hours behind"),
  LINK_TOO_SLOW: after("doctor sandbox", "keystone: silent"),

  PROFILE_UNKNOWN: { words: "doctor nobody" },
  PROFILE_BAD_NAME: { words: "connect default --site sandbox" },
  PROFILE_NOT_CHOSEN: { words: "ls" },
  NOT_CONNECTED: { words: "disconnect sandbox" },
  SANDBOX_NOT_RUNNING: withFile("fedbucket/state/sandbox.json", "", "connect sandbox"),
  SITE_UNKNOWN: { words: "connect mine --site nowhere" },
  SITE_NOT_CHOSEN: { words: "site check" },
  VO_UNKNOWN: { words: "connect mine --vo vo.nobody.example.org" },
  SITES_NOT_UPDATED: { words: `site update --registry ${dead} --gocdb ${dead} --information-system ${dead}` },
  VO_BAD_NAME: { words: "enroll a/../b" },
  ISSUER_BAD_ADDRESS: { words: "connect mine --site sandbox --issuer ftp://aai.example.org" },
  STS_BAD_ADDRESS: { words: "connect mine --sts ftp://minio.example.org" },
  UNTRUSTED_HOST: { words: "connect mine --site https://keystone.example.org/v3" },
  PROJECT_FILE_NOT_FOUND: { words: "connect ./none.toml" },
  PROJECT_FILE_UNSAFE: { words: "connect http://example.org/fedbucket.toml" },
  PROJECT_FILE_BROKEN: projectFile("site = = 1"),
  PROJECT_FILE_NEWER: projectFile('format = 2\nsite = "sandbox"\n'),
  PROJECT_FILE_HAS_SECRET: projectFile('site = "sandbox"\naws_secret_access_key = "abcdefgh"\n'),
  PROJECT_FILE_NAME_TAKEN: projectFile('name = "pangeo"\nsite = "https://keystone.example.org:5000/v3"\n'),
  PROJECT_FILE_EXISTS: connectedWithFile("fedbucket.toml", "# mine\n", "init"),

  TOOLS_SHADOWED: { connected: true, words: "doctor sandbox", env: { AWS_ACCESS_KEY_ID: "x" } },
  TOOLS_COMMAND_GONE: {
    connected: true,
    words: "doctor sandbox",
    async arrange(person) {
      const config = (await person.read(".aws/config")) ?? "";
      const moved = config.replace(/^credential_process = .*$/m, "credential_process = /gone/fedbucket x");
      await person.write(".aws/config", moved);
    },
  },
  SECRETS_FOUND: withFile("job.sh", leaked, "scan --offline job.sh"),
  SECRETS_NOT_CONFIRMED: withFile("job.sh", leaked, "scan --revoke job.sh"),
  TOOL_FILE_NOT_OURS: connectedWithFile(".config/rclone/rclone.conf", "[sandbox]\ntype = local\n", "configure rclone"),
  TOOL_FILE_ENCRYPTED: connectedWithFile(
    ".config/rclone/rclone.conf",
    "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA\n",
    "configure rclone",
  ),
  TOOL_FILE_NOT_EDITABLE: connectedWithFile(
    ".config/openstack/clouds.yaml",
    "clouds: {mine: {auth: {}}}\n",
    "configure clouds.yaml",
  ),
  AWS_PROFILE_NOT_OURS: withFile(".aws/config", "[profile sandbox]\nregion = x\n", "connect sandbox"),
  AWS_CONFIG_BROKEN: withFile(".aws/config", "[default]\nthis is no setting\n", "connect sandbox"),
  AWS_DEFAULT_NOT_OURS: {
    async arrange(person) {
      await person.write(".aws/credentials", "[default]\naws_access_key_id = AKIAMINE\naws_secret_access_key = x\n");
      return { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } };
    },
    words: "connect sandbox --default",
  },
};
