// Writes docs/troubleshooting.md from the table of failures; with --check it only says whether that is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { failureGuide } from "../packages/client/src/session/failure-guide.ts";
import { type FailureCode, failures, type Link } from "../packages/client/src/session/failures.ts";
import { dataFailures } from "./data-failures.ts";

const file = new URL("../docs/troubleshooting.md", import.meta.url);

const intro = `# When something fails

Every failure names a link of the chain, says why, and ends in the next command to type. With \`--json\` it comes as one object on
stderr: \`{"error": {"code", "message", "cure", "requestId"}}\`. The codes below are stable. \`fedbucket doctor\` tries each link for real
and names the broken one; \`fedbucket doctor --bundle FILE\` writes a report for support, without secrets; \`--debug\` prints every request.

<!-- Written by scripts/troubleshooting.ts from packages/client/src/session/failure-guide.ts and scripts/data-failures.ts: change it there, then \`npm run troubleshooting\`. -->
`;

const titles: Readonly<Record<Link, string>> = {
  machine: "This machine, and the way to the servers",
  profile: "Profile: what to connect to",
  token: "Token: who you are",
  membership: "Membership: what you are in",
  keystone: "Keystone",
  sts: "Stores that lend keys themselves (STS)",
  project: "Project",
  endpoint: "Endpoint: where the store is",
  keys: "Keys",
  store: "Store, and moving data",
  bucket: "Bucket: what you may do in it (`fedbucket doctor --bucket NAME`)",
  tools: "Tools on this machine",
};

/** Failures that are no link's own: of files, and of connections whichever server is at the other end. */
const machine: readonly (readonly [codes: string, means: string])[] = [
  ["CONFIG_BROKEN, CONFIG_NEWER", "`config.toml` cannot be read; it is left as it is, and the line is named"],
  [
    "STATE_BROKEN, STATE_NEWER",
    "the state file was damaged (it is kept aside) or written by a newer fedbucket. Nothing is lost at the site: connect again",
  ],
  [
    "STATE_EXPOSED, STATE_NOT_YOURS",
    "other users can read your tokens, or could have written them, so they are not used: the `chmod` to type is printed. Where that changes nothing (some shared drives), `export FEDBUCKET_HOME=/path/to/folder`",
  ],
  [
    "CANNOT_READ, CANNOT_WRITE, NO_HOME, BUSY",
    "the file, the reason, and the variable that moves it; `BUSY`: another fedbucket works on the same profile",
  ],
  [
    "HOST_NOT_FOUND, CONNECTION_REFUSED, NETWORK_UNREACHABLE, TIMEOUT, CONNECTION_LOST",
    "no way to the server just now. Behind a proxy, set `HTTPS_PROXY`",
  ],
  ["TLS_UNKNOWN_CA", "grid sites use IGTF authorities: `--ca-bundle FILE`"],
  ["TLS_FAILED, NOT_HTTP", "wrong port or scheme, a certificate of another name or out of date"],
];

const row = (codes: string, means: string): string => `| ${codes.replace(/\w+/g, "`$&`")} | ${means} |`;

function section(link: Link): string {
  const ofLink = Object.entries(failures).filter(([, failure]) => failure.link === link);
  const rows = ofLink.map(([code]) => row(code, failureGuide[code as FailureCode]));
  const more = { machine, store: dataFailures }[link as string] ?? [];
  rows.push(...more.map(([codes, means]) => row(codes, means)));
  return [`## ${titles[link]}`, "", "| code | what it means, and what to do |", "|---|---|", ...rows, ""].join("\n");
}

const text = `${intro}\n${Object.keys(titles)
  .map((link) => section(link as Link))
  .join("\n")}`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("docs/troubleshooting.md is out of date: npm run troubleshooting");
  process.exitCode = 1;
}
