import { main } from "./main.ts";
import { processContext } from "./process-context.ts";

// `exitCode`, not `exit()`: what was written to a pipe must get there.
async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processContext());
}

void run();
