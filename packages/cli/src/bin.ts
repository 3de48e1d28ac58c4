import { main } from "./main.ts";
import { processContext } from "./process-context.ts";

// `exitCode`, not `exit()`: what was written to a pipe must get there.
async function run(): Promise<void> {
  // What ends because nothing is left to wait for, its work undone, must not look like a success.
  process.exitCode = 1;
  process.exitCode = await main(process.argv.slice(2), processContext());
}

void run();
