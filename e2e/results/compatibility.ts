// Writes docs/compatibility.md from what the last runs recorded: `npm run test:peers`, then `npm run compatibility`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../peers/places.ts";
import { readResults, type Result } from "./results.ts";

const results = ["journey", "differential"].flatMap(readResults);

const intro = `# What was run against which server

yes: it passed. no: it did not, and why. not run: no run of this step there is recorded.
Other people's clients are run against the sandbox by \`npm run test:clients\` and \`npm run test:connected\`, at the versions in
[requirements.txt](../e2e/clients/requirements.txt) and Debian 12's. A current AWS CLI v2 is not among them: no package registry has it.

<!-- Written by \`npm run compatibility\` from the records of \`npm run test:peers\`. -->
`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/([<>*_])/g, "\\$1");
const columnOf = ({ server, version = "" }: Result): string => `${server} ${version}`.trim();

function outcome(result: Result | undefined): string {
  if (result === undefined) return "not run";
  if (result.ok === true) return "yes";
  return `${result.ok === false ? "no" : "not run"}${result.why === undefined ? "" : ` (${cell(result.why)})`}`;
}

/** Each real server that answered beside the sandbox has a table of its own, for it has steps of its own. */
const titleOf = (result: Result): string =>
  result.suite === "journey"
    ? "Our client on each server"
    : `The sandbox's answers beside those of ${columnOf(result)}`;

function table([title, ours]: readonly [string, readonly Result[]]): string {
  const columns = [...new Set(ours.map(columnOf))];
  const byStep = Map.groupBy(ours, ({ step }) => step);
  const rows = [...byStep].map(([step, of]) => [
    cell(step),
    ...columns.map((column) => outcome(of.find((result) => columnOf(result) === column))),
  ]);
  const lines = [["step", ...columns], ["step", ...columns].map(() => "---"), ...rows];
  return [`## ${title}`, "", ...lines.map((cells) => `| ${cells.join(" | ")} |`), ""].join("\n");
}

writeFileSync(
  join(root, "docs/compatibility.md"),
  [intro, ...[...Map.groupBy(results, titleOf)].map(table)].join("\n"),
);
