import { Command } from "commander";
import { groupName, type Session } from "@fedbucket/client";
import { hasAwsProfile } from "@fedbucket/client/node";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { capability, warningsFor } from "../connect/report.ts";
import type { Context } from "../context.ts";
import { toFailure } from "../exit.ts";
import { open } from "../session.ts";
import { stepLine } from "../steps.ts";

interface Check {
  readonly link: string;
  /** Resolves to a line for people. */
  readonly look: () => Promise<string>;
}

interface Finding {
  readonly link: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly code?: string;
  readonly ms: number;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("doctor"))
    .argument("[profile]")
    .description("Tries each link of the chain for real, and names the broken one, the cause and the cure.")
    .action((profile: string | undefined, options: CommonOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

/** Goes on after a broken link, since keys may outlive the login; the first break is what the command fails with. */
async function run(context: Context, options: CommonOptions): Promise<void> {
  const { session, profile } = await open(context, options);
  let first: unknown;
  const findings: Finding[] = [];
  for (const { link, look } of checks(context, session)) {
    const startedAt = performance.now();
    try {
      findings.push({ link, ok: true, detail: await look(), ms: performance.now() - startedAt });
    } catch (error) {
      context.signal.throwIfAborted();
      const { code, message: detail } = toFailure(error);
      findings.push({ link, ok: false, detail, code, ms: performance.now() - startedAt });
      first ??= error;
    }
    const finding = findings.at(-1);
    if (options.json !== true && finding !== undefined) context.stderr.write(lineOf(finding));
  }
  const warnings = await warningsFor(context, profile.name);
  if (options.json === true)
    context.stdout.write(
      `${JSON.stringify({ profile: profile.name, ok: first === undefined, links: findings, warnings })}\n`,
    );
  else for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  if (first !== undefined) throw first;
  if (options.json !== true) context.stderr.write("Every link works.\n");
}

const lineOf = (finding: Finding): string => (finding.ok ? stepLine(finding) : stepLine(finding).replace("✓", "✗"));

function checks(context: Context, session: Session): Check[] {
  const { profile } = session;
  return [
    {
      link: "Check-in",
      look: async () => {
        const person = await session.person();
        const groups = [...new Set(person.groups.map(groupName))].join(", ") || "no VO";
        return `${person.name}, member of ${groups}`;
      },
    },
    { link: "Keystone", look: async () => session.renew().then(() => profile.keystone.url) },
    { link: "Project", look: async () => (await session.access()).project.name },
    {
      link: "Store",
      look: async () => {
        const { keys, project, endpoint } = await session.connect();
        return `${endpoint.s3Url ?? ""}: the keys can ${capability(project, keys.containers)}`;
      },
    },
    {
      link: "Tools",
      look: async () =>
        (await hasAwsProfile(context.env, profile.name))
          ? `[profile ${profile.name}] is in place`
          : `no [profile ${profile.name}]; write it with: fedbucket connect ${profile.name}`,
    },
  ];
}
