import type { Context } from "../context.ts";
import type { Published, SandboxReport } from "./running.ts";

/** Without what lets commands in. */
export function reportOf({ format: _format, controlSecret: _secret, ...report }: Published): SandboxReport {
  return report;
}

/** Prints addresses, people and what to type next, or all of it as one JSON object. */
export function showSandbox(context: Context, report: SandboxReport, options: { json?: boolean; stop: string }): void {
  context.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describe(report, options.stop));
}

function describe(report: SandboxReport, stop: string): string {
  const width = Math.max(...report.people.map(({ name }) => name.length));
  const member = report.people[0]?.name ?? "";
  return `The sandbox is up.

  Check-in   ${report.issuer}
  Keystone   ${report.authUrl}
  S3         ${report.s3Endpoint}
  Swift      ${report.storageUrl}
  MinIO      ${report.minio.url}
  Pages      ${new URL("/", report.issuer).href}
  Data       ${report.folder ?? "in memory, gone when it stops"}

People, all with the passphrase ${report.passphrase}

${report.people.map(({ name, description }) => `  ${name.padEnd(width)}   ${description}`).join("\n")}

Next

  fedbucket connect sandbox          # sign in as ${member}, get keys, set up your tools
  fedbucket connect sandbox-minio    # the second store, which lends keys itself
  fedbucket sandbox token ${member.padEnd(width)}     # an access token, as the token portal gives it
  ${stop}
`;
}
