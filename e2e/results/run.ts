// Runs a suite, prints a line for each of its files, and writes what became of each step: `run.ts SUITE [FILE...]`; default: all files.
import { existsSync, readFileSync } from "node:fs";
import { type Reporter, startVitest, type TestCase, type TestModule } from "vitest/node";
import { type Addresses, addressFile } from "../peers/publish.ts";
import { type Result, writeResults } from "./results.ts";

const [suite = "journey", ...files] = process.argv.slice(2);

/** The real server that answers beside the sandbox, by protocol. */
const judges: Readonly<Record<string, string>> = {
  s3: "rgw",
  "swift-of-rgw": "rgw",
  swift: "swift",
  identity: "keystone",
  "identity-pypi": "keystone-pypi",
};

const versions: Readonly<Record<string, string>> = existsSync(addressFile)
  ? (JSON.parse(readFileSync(addressFile, "utf8")) as Addresses).versions
  : {};

const lines: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) console.log(lineOf(module));
    writeResults(suite, modules.flatMap(resultsOf));
  },
};

const vitest = await startVitest(files, {
  project: [suite],
  watch: false,
  reporters: ["default", lines],
});
await vitest.close();

function lineOf(module: TestModule): string {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state !== "passed");
  const passed = `${tests.length - failed.length} of ${tests.length} steps passed`;
  return `${nameOf(module).padEnd(10)} ${[passed, ...failed.map((test) => `not: ${test.fullName}`)].join("\n           ")}`;
}

function resultsOf(module: TestModule): readonly Result[] {
  const file = nameOf(module);
  // The differential run has a file for each protocol, and each is judged by one server.
  const server = suite === "differential" ? (judges[file] ?? "") : file;
  const version = versions[server];
  return [...module.children.allTests()].map((test) => ({
    suite,
    server,
    ...(version !== undefined && { version }),
    step:
      (suite === "differential" ? `${file}: ` : "") + test.fullName.replace(`${file}: `, "").replaceAll(" > ", ": "),
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

function nameOf(module: TestModule): string {
  return module.relativeModuleId.split("/").at(-1)?.replace(".test.ts", "") ?? "";
}
