import type { Group } from "@fedbucket/client";
import { Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../../common-options.ts";
import type { Context } from "../../context.ts";
import { openSession } from "../../session.ts";

export function command(context: Context): Command {
  return withCommonOptions(new Command("list-vos"))
    .description("Lists the virtual organisations you are a member of, as Check-in says now.")
    .action((options: CommonOptions) => run(context, options));
}

async function run(context: Context, options: CommonOptions): Promise<void> {
  const session = await openSession(context, options);
  const { groups } = await session.person();
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ groups })}\n`);
    return;
  }
  const lines = describe(groups);
  if (lines.length > 0) context.stdout.write(`${lines.join("\n")}\n`);
  else
    context.stderr.write(`You are in no virtual organisation. Next: fedbucket enroll ${session.profile.vo ?? "VO"}\n`);
}

/** One line for each group, its roles behind it: `vo.pangeo.eu:escience (member)`. */
function describe(groups: readonly Group[]): string[] {
  const roles = new Map<string, Set<string>>();
  for (const { vo, subgroups, role } of groups) {
    const name = [vo, ...subgroups].join(":");
    const known = roles.get(name) ?? new Set();
    roles.set(name, role === undefined ? known : known.add(role));
  }
  return [...roles]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, set]) => (set.size === 0 ? name : `${name} (${[...set].sort().join(", ")})`));
}
