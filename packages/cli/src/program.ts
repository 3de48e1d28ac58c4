import { Command, CommanderError } from "commander";
import type { CommandEntry } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit.ts";
import { version } from "./version.ts";
import { wrongUsage } from "./wrong-usage.ts";

/**
 * Parses one command line and runs its command. Resolves to the exit code; rejects with what the command throws, and with
 * the failure `WRONG_USAGE`.
 */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  try {
    const program = await buildProgram(argv, context);
    await program.parseAsync([...argv], { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code === "commander.help") return exitCodes.usage; // a noun without its verb: the verbs were shown
    throw wrongUsage(error, findCommand(argv)?.words);
  }
}

/** The command tree with only the called command's file loaded; the others are names and summaries. */
async function buildProgram(argv: readonly string[], context: Context): Promise<Command> {
  const called = findCommand(argv);
  const root = prepare(new Command("fedbucket"), context)
    .enablePositionalOptions()
    .description("From an institutional login to a working bucket in one command.")
    .version(version, "-V, --version", "print the version")
    .commandsGroup("Other:")
    .helpCommand("help [command]", "show help for a command");
  for (const entry of commands) {
    const words = entry.words.split(" ");
    const name = words.pop() ?? entry.words;
    const parent = words.reduce((at, noun) => subcommand(at, noun, context), root);
    const command =
      entry === called ? prepare((await entry.load()).command(context), context) : prepare(new Command(name), context);
    command.summary(entry.summary);
    if (words.length === 0) command.helpGroup(`${entry.group}:`);
    else parent.helpGroup(`${entry.group}:`);
    parent.addCommand(command, { hidden: entry.hidden ?? false });
  }
  for (const noun of root.commands.filter((command) => command.commands.length > 0))
    noun.summary(noun.commands.map((verb) => verb.name()).join(", "));
  return root;
}

/** `argv` may hold `help` in front, and options anywhere but between the words of a command. */
function findCommand(argv: readonly string[]): CommandEntry | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  if (words[0] === "help") words.shift();
  return commands.find((entry) => entry.words.split(" ").every((word, at) => words[at] === word));
}

function subcommand(parent: Command, noun: string, context: Context): Command {
  const existing = parent.commands.find((command) => command.name() === noun);
  if (existing !== undefined) return existing;
  const created = prepare(new Command(noun), context);
  parent.addCommand(created);
  return created;
}

function prepare(command: Command, context: Context): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => void context.stdout.write(text),
    writeErr: (text) => void context.stderr.write(text),
    outputError: () => {}, // it is told with every other failure
    getOutHelpWidth: () => context.stdout.columns ?? 100,
    getErrHelpWidth: () => context.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
}
