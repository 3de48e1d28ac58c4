// Runs the journeys, prints a line for each cloud, and writes what became of each step. Arguments are files to run; default: all.
import { existsSync, readFileSync } from "node:fs";
import { type Reporter, startVitest, type TestCase, type TestModule } from "vitest/node";
import { type Addresses, addressFile } from "../peers/publish.ts";
import { type Result, writeResults } from "../peers/results.ts";

const versions: Readonly<Record<string, string>> = existsSync(addressFile)
  ? (JSON.parse(readFileSync(addressFile, "utf8")) as Addresses).versions
  : {};

const lines: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) console.log(lineOf(module));
    writeResults("journey", modules.flatMap(resultsOf));
  },
};

const vitest = await startVitest(process.argv.slice(2), {
  project: ["journey"],
  watch: false,
  reporters: ["default", lines],
});
await vitest.close();

function lineOf(module: TestModule): string {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state !== "passed");
  const passed = `${tests.length - failed.length} of ${tests.length} steps passed`;
  return `${cloudOf(module).padEnd(10)} ${[passed, ...failed.map((test) => `not: ${test.fullName}`)].join("\n           ")}`;
}

function resultsOf(module: TestModule): readonly Result[] {
  const server = cloudOf(module);
  const version = versions[server];
  return [...module.children.allTests()].map((test) => ({
    suite: "journey",
    server,
    ...(version !== undefined && { version }),
    step: test.fullName.replace(`${server}: `, "").replaceAll(" > ", ": "),
    ...outcomeOf(test, module),
  }));
}

/** A step that was not run says why the whole file was not. */
function outcomeOf(test: TestCase, module: TestModule): Pick<Result, "ok" | "why"> {
  const { state, errors = module.errors() } = test.result();
  const why = errors[0]?.message.split("\n")[0];
  if (state === "passed") return { ok: true };
  return { ok: state === "failed" ? false : null, ...(why !== undefined && { why }) };
}

function cloudOf(module: TestModule): string {
  return module.relativeModuleId.split("/").at(-1)?.replace(".test.ts", "") ?? "";
}
