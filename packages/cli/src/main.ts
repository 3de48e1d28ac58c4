import type { Context } from "./context.ts";
import { exitCodes, reportFailure } from "./exit.ts";
import { version } from "./version.ts";

export type { Context, Prompt } from "./context.ts";

/**
 * Runs one command line and resolves to its exit code. Never calls `process.exit` and touches the world only through
 * `context`. What is called again and again by other programs does not wait for the command tree to load.
 *
 * @param argv What follows the program's name.
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  const [first, option, profile] = argv;
  if (argv.length === 1 && (first === "--version" || first === "-V")) {
    context.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  try {
    if (first === "credentials" && option === "--profile" && profile !== undefined && argv.length === 3) {
      const { lendCredentials } = await import("./lend.ts");
      await lendCredentials(context, { profile });
      return exitCodes.ok;
    }
    const { runProgram } = await import("./program.ts");
    return await runProgram(argv, context);
  } catch (error) {
    return reportFailure(error, context, { json: argv.includes("--json") });
  }
}
