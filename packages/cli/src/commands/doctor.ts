import type { TraceEntry } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import { warningsFor } from "../connect/report.ts";
import type { Context } from "../context.ts";
import { writeBundle } from "../doctor/bundle.ts";
import { type AnyFinding, asJson, examineTools, lineOf } from "../doctor/findings.ts";
import { toFailure } from "../exit.ts";
import { open } from "../session.ts";

interface DoctorOptions extends CommonOptions {
  readonly bundle?: string;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("doctor"))
    .argument("[profile]")
    .description("Tries each link of the chain for real, and names the broken one, the cause and the cure.")
    .option("--bundle <file>", "write a report for support into this file; it holds no secret")
    .action((profile: string | undefined, options: DoctorOptions) =>
      run(context, { ...options, ...(profile && { profile }) }),
    );
}

/** Goes on after a broken link, since keys may outlive the login; the first break is what the command fails with. */
async function run(context: Context, options: DoctorOptions): Promise<void> {
  const requests: TraceEntry[] = [];
  const { session, profile } = await open(context, { ...options, onAnswer: (entry) => void requests.push(entry) });
  const tell = (finding: AnyFinding): void => {
    if (options.json !== true) context.stderr.write(lineOf(finding));
  };
  const tools = examineTools(context, profile.name);
  const findings: AnyFinding[] = [...(await session.examine(tell)), await tools];
  tell(await tools);
  const warnings = await warningsFor(context, profile.name);
  if (options.bundle !== undefined) {
    const state = await session.state();
    const file = await writeBundle(context, options.bundle, { profile, state, findings, warnings, requests });
    context.stderr.write(`The report for support is in ${file}. It holds no secret; look through it all the same.\n`);
  }
  report(context, options, { name: profile.name, findings, warnings });
}

interface Outcome {
  readonly name: string;
  readonly findings: readonly AnyFinding[];
  readonly warnings: readonly string[];
}

/** @throws what the first broken link is broken by */
function report(context: Context, options: DoctorOptions, { name, findings, warnings }: Outcome): void {
  const first = findings.find(({ state }) => state === "broken");
  if (options.json === true) {
    const broken = first === undefined ? {} : { broken: { link: first.link, ...explained(first.problem) } };
    const ok = first === undefined;
    context.stdout.write(
      `${JSON.stringify({ profile: name, ok, ...broken, links: findings.map(asJson), warnings })}\n`,
    );
  } else for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  if (first !== undefined) throw first.problem;
  if (options.json !== true) context.stderr.write("Every link works.\n");
}

function explained(problem: unknown): Record<string, unknown> {
  const { code, message, cure, requestId } = toFailure(problem);
  return { code, message, cure, ...(requestId === undefined ? {} : { requestId }) };
}
