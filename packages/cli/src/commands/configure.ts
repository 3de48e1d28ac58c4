import { Argument, Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { moveLeftovers } from "../connect/leftovers.ts";
import { openSession, profileName } from "../session.ts";
import { machineOf } from "../tools/machine.ts";
import { tools } from "../tools/index.ts";
import type { Configured, Connection, Tool } from "../tools/tool.ts";
import { setLine, shellOf } from "../variables/shell.ts";
import { placeOf } from "../variables/store.ts";

interface ConfigureOptions extends CommonOptions {
  readonly undo?: boolean;
  readonly moveLeftovers?: boolean;
}

export function command(context: Context): Command {
  return withCommonOptions(new Command("configure"))
    .addArgument(new Argument("<tool>", "which").choices(tools.map(({ name }) => name)))
    .description(
      "Sets a tool up for this connection. It borrows the keys: none is written to its files. Says so where it cannot.",
    )
    .option("--undo", "take out what was written for this connection; the rest of the file stays")
    .option("--move-leftovers", "aws: move keys that would win over borrowed ones into a file beside theirs")
    .action((name: string, options: ConfigureOptions) => run(context, name, options));
}

async function run(context: Context, name: string, options: ConfigureOptions): Promise<void> {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new TypeError(`no tool ${name}`); // commander has checked it
  const done =
    options.undo === true
      ? await tool.undo(machineOf(context), await profileName(context, options.profile))
      : await configured(context, tool, options);
  if (options.json === true) context.stdout.write(`${JSON.stringify({ tool: name, ...done })}\n`);
  else print(context, tool, done, options.undo === true);
}

async function configured(context: Context, tool: Tool, options: ConfigureOptions): Promise<Configured> {
  const connection = await connectionOf(context, options);
  if (tool.name === "aws") await moveLeftovers(context, ["default", connection.profile], options.moveLeftovers);
  return tool.configure(machineOf(context), connection);
}

async function connectionOf(context: Context, options: ConfigureOptions): Promise<Connection> {
  const session = await openSession(context, options);
  const place = placeOf(session.profile, await session.endpoint());
  const { keystone } = session.profile;
  if (keystone === undefined) return place;
  const { project, federated } = await session.state();
  const projectId = project?.id ?? (await session.access()).project.id;
  const { url, identityProvider } = keystone;
  const protocol = federated?.protocol ?? keystone.protocol;
  return { ...place, openstack: { url, identityProvider, protocol, projectId } };
}

/** Only what a shell may read goes to stdout. */
function print(context: Context, tool: Tool, done: Configured, undone: boolean): void {
  const { file, changed, backup, variables = {}, advice } = done;
  const shell = shellOf(context.env);
  context.stdout.write(
    Object.entries(variables)
      .map(([name, value]) => setLine(shell, name, value))
      .join(""),
  );
  const lines = [
    ...(undone && !changed ? [`There was nothing to take back for ${tool.name}.`] : []),
    ...(undone && changed ? [`Taken back: ${file}`] : []),
    ...(!undone && file !== undefined ? [`${changed ? "Written" : "Up to date"}: ${file}`] : []),
    ...(backup === undefined ? [] : [`The file of before is kept as ${backup}`]),
    ...advice,
  ];
  context.stderr.write(`${lines.join("\n")}\n`);
}
