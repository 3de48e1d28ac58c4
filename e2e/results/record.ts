import { existsSync, readFileSync } from "node:fs";
import type { TestCase, TestModule } from "vitest/node";
import { type Addresses, addressFile } from "../peers/publish.ts";
import { type ClientName, clients, type TheirClient } from "../their-clients/clients.ts";
import { operations } from "../their-clients/operations.ts";
import type { Result, Suite } from "./results.ts";

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

/** What became of each step of a file that is named after a server or, in the differential run, after a protocol. */
export function serverResults(suite: Suite, module: TestModule): readonly Result[] {
  const file = nameOf(module);
  const server = suite === "differential" ? (judges[file] ?? "") : file;
  const version = versions[server];
  const of = { suite, server, ...(version !== undefined && { version }) };
  const tests = [...module.children.allTests()];
  if (tests.length === 0) return [{ ...of, step: "everything", ...outcomeOf(undefined, module) }];
  const protocol = suite === "differential" ? `${file}: ` : "";
  return tests.map((test) => {
    const { reason } = test.meta();
    const step = protocol + test.fullName.replace(`${file}: `, "").replaceAll(" > ", ": ");
    return { ...of, step, ...(reason !== undefined && { why: reason }), ...outcomeOf(test, module) };
  });
}

/** What became of everyday operations of other people's clients at the sandbox: of tests that are marked as such. */
export function clientResults(suite: Suite, module: TestModule): readonly Result[] {
  return [...module.children.allTests()].flatMap((test) => {
    const { client = [], operation, cannot } = test.meta();
    if (operation === undefined) return [];
    const outcome = outcomeOf(test, module);
    const limited = cannot !== undefined && outcome.ok ? { ok: false, why: cannot } : outcome;
    return [client].flat().map((name) => ({ ...ofClient(suite, name), step: operations[operation], ...limited }));
  });
}

/** Clients of the suite that are not run, and why. One that has no test is a failure: none is left out without a word. */
export function clientsNotRun(suite: Suite, ran: readonly Result[]): readonly Result[] {
  const missing = (Object.keys(clients) as ClientName[]).filter(
    (name) => clients[name].suite === suite && !ran.some(({ client }) => client === name),
  );
  return missing.map((name) => {
    const { notRun: why }: TheirClient = clients[name];
    const outcome = why === undefined ? { ok: false, why: "it has no test" } : { ok: null, why };
    return { ...ofClient(suite, name), step: "everything", ...outcome };
  });
}

function ofClient(suite: Suite, client: ClientName): Omit<Result, "step" | "ok"> {
  const clientVersion = clients[client].version();
  return { suite, server: "sandbox", client, ...(clientVersion !== undefined && { clientVersion }) };
}

/** A step that was not run says why the whole file was not. */
function outcomeOf(test: TestCase | undefined, module: TestModule): Pick<Result, "ok" | "why"> {
  const { state, errors = module.errors() } = test?.result() ?? { state: "skipped" };
  const why = errors[0]?.message.split("\n")[0];
  if (state === "passed") return { ok: true };
  return { ok: state === "failed" ? false : null, ...(why !== undefined && { why }) };
}

function nameOf(module: TestModule): string {
  return module.relativeModuleId.split("/").at(-1)?.replace(".test.ts", "") ?? "";
}
