import { chainFailure, codeOf, type Finding } from "@fedbucket/client";
import { hasAwsProfile } from "@fedbucket/client/node";
import { lentCommandWarnings } from "../connect/lent-command.ts";
import { shadows } from "../connect/report.ts";
import type { Context } from "../context.ts";

export type AnyFinding = Finding<string>;

/** The last link: whether the tools of this machine use the connection. */
export async function examineTools(context: Context, name: string): Promise<AnyFinding> {
  const startedAt = performance.now();
  const done = (state: Finding["state"], detail: string, problem?: unknown): AnyFinding => ({
    link: "Tools",
    state,
    detail,
    ms: performance.now() - startedAt,
    ...(problem === undefined ? {} : { problem }),
  });
  const problem = await toolsProblem(context, name);
  if (problem !== undefined) return done("broken", problem.message, problem);
  return (await hasAwsProfile(context.env, name))
    ? done("ok", `[profile ${name}] is in place`)
    : done("ok", `no [profile ${name}]; write it with: fedbucket connect ${name}`);
}

async function toolsProblem({ env }: Context, name: string): Promise<Error | undefined> {
  const [shadow] = shadows(env, name);
  if (shadow !== undefined) {
    return chainFailure("TOOLS_SHADOWED", `aws and boto3 do not use ${name}: ${shadow.what}`, { cure: [shadow.cure] });
  }
  const [warning] = await lentCommandWarnings(env, name);
  if (warning === undefined || !(await hasAwsProfile(env, name))) return undefined;
  return chainFailure("TOOLS_COMMAND_GONE", warning, { cure: [`fedbucket connect ${name}`] });
}

/** As `--json` and the bundle show it. */
export const asJson = ({ link, state, detail, ms, problem, allowed }: AnyFinding): Record<string, unknown> => ({
  link,
  ok: state === "ok",
  state,
  detail,
  ...(allowed === undefined ? {} : { allowed }),
  ...(problem === undefined ? {} : { code: codeOf(problem) }),
  ms: Math.round(ms),
});

const marks = { ok: "✓", broken: "✗", skipped: "-" } as const;

export const lineOf = ({ link, state, detail, ms, allowed }: AnyFinding): string =>
  `${state === "ok" && allowed === false ? "-" : marks[state]} ${link.padEnd(10)} ${detail}   ${Math.round(ms)} ms\n`;
