// Runs the journeys and prints a line for each cloud. Arguments are files to run; default: all.
import { type Reporter, startVitest, type TestModule } from "vitest/node";

const lines: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) console.log(lineOf(module));
  },
};

const vitest = await startVitest(process.argv.slice(2), {
  project: ["journey"],
  watch: false,
  reporters: ["default", lines],
});
await vitest.close();

function lineOf(module: TestModule): string {
  const cloud = module.relativeModuleId.split("/").at(-1)?.replace(".test.ts", "") ?? "";
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => !test.ok());
  const passed = `${tests.length - failed.length} of ${tests.length} steps passed`;
  return `${cloud.padEnd(10)} ${[passed, ...failed.map((test) => `not: ${test.fullName}`)].join("\n           ")}`;
}
