import { main } from "./main.ts";
import { processContext } from "./process-context.ts";

/** A process also ends when nothing is left to wait for, its work undone: that must not look like a success. */
function saySoWhenUndone(): void {
  console.error(
    "error: fedbucket ended before its work was done, which is a defect: run it with --debug, and report it",
  );
}

// `exitCode`, not `exit()`: what was written to a pipe must get there.
async function run(): Promise<void> {
  process.exitCode = 1;
  process.once("beforeExit", saySoWhenUndone);
  const code = await main(process.argv.slice(2), processContext());
  process.off("beforeExit", saySoWhenUndone);
  process.exitCode = code;
}

void run();
