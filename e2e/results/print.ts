// Prints what the last runs recorded, a line for each server and client: `print.ts SUITE...`.
import { linesOf } from "./lines.ts";
import { readResults, type Suite } from "./results.ts";

for (const suite of process.argv.slice(2) as Suite[]) {
  console.log(`\n== ${suite}\n${linesOf(readResults(suite)) || "nothing was recorded: the run broke off"}`);
}
