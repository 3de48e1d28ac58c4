// Runs a suite, writes what became of each step, and prints a line for each server and client: `run.ts SUITE [FILE...]`.
import { type Reporter, startVitest } from "vitest/node";
import { linesOf } from "./lines.ts";
import { clientResults, clientsNotRun, serverResults } from "./record.ts";
import { type Result, type Suite, suites, writeResults } from "./results.ts";

const [suite, ...files] = process.argv.slice(2) as [Suite?, ...string[]];
if (suite === undefined || !(suite in suites))
  throw new Error(`usage: run.ts ${Object.keys(suites).join("|")} [FILE...]`);

const isOfServers = ["journey", "differential", "zarr"].includes(suite);

const recorder: Reporter = {
  onTestRunEnd(modules) {
    const ran = modules.flatMap((module): readonly Result[] =>
      isOfServers ? serverResults(suite, module) : clientResults(suite, module),
    );
    // Of a part of the files, nothing is said of the others.
    const others = isOfServers || files.length > 0 ? [] : clientsNotRun(suite, ran);
    if (others.some(({ ok }) => ok === false)) process.exitCode = 1;
    writeResults(suite, [...ran, ...others]);
    console.log(`\n${linesOf([...ran, ...others])}`);
  },
};

writeResults(suite, []); // A run that breaks off leaves nothing of the one before.
const vitest = await startVitest(files, { project: [suite], watch: false, reporters: ["default", recorder] });
await vitest.close();
