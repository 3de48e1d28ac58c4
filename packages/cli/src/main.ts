import type { Context } from "./context.ts";
import { exitCodes, reportFailure } from "./exit.ts";
import { version } from "./version.ts";

export type { Context, Prompt } from "./context.ts";

/**
 * Runs one command line and resolves to its exit code. Never calls `process.exit` and touches the world only through
 * `context`. What is called again and again by other programs, and what everybody begins with, does not wait for the command tree to load.
 *
 * @param argv What follows the program's name.
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    context.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  try {
    const lending = lendingOptions(argv);
    if (lending !== undefined) {
      const { lendCredentials } = await import("./lend.ts");
      await lendCredentials(context, lending);
      return exitCodes.ok;
    }
    if (isPlainConnect(argv)) {
      const { connect } = await import("./connect/connect.ts");
      await connect(context, argv[1]);
      return exitCodes.ok;
    }
    const { runProgram } = await import("./program.ts");
    return await runProgram(argv, context);
  } catch (error) {
    return reportFailure(error, context, { json: argv.includes("--json") });
  }
}

/** The usual `connect`, with a name or nothing after it: no option need be parsed. */
const isPlainConnect = ([command, ...rest]: readonly string[]): boolean =>
  command === "connect" && rest.length <= 1 && rest.every((word) => !word.startsWith("-"));

/** What `credentials` is called with by tools, and by hand: nothing else need be parsed. */
function lendingOptions([command, option, profile, ...rest]: readonly string[]): { profile?: string } | undefined {
  if (command !== "credentials" || rest.length > 0) return undefined;
  if (option === undefined) return {};
  return option === "--profile" && profile !== undefined ? { profile } : undefined;
}
