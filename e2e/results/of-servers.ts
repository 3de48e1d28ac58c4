import { outcome, table } from "./markdown.ts";
import type { Result } from "./results.ts";

const columnOf = ({ server, version = "" }: Result): string => `${server} ${version}`.trim();

/** Steps of our own client are rows, servers are columns. */
export function serversTable(title: string, results: readonly Result[]): string {
  const columns = [...new Set(results.map(columnOf))];
  const rows = [...Map.groupBy(results, ({ step }) => step)].map(([step, of]) => [
    step,
    ...columns.map((column) => outcome(of.filter((result) => columnOf(result) === column))),
  ]);
  return `## ${title}\n\n${table(["step", ...columns], rows)}`;
}

/** Each real server that answered beside the sandbox has a table of its own, for it has steps of its own. */
export const answersTables = (results: readonly Result[]): string =>
  [...Map.groupBy(results, columnOf)]
    .map(([server, of]) => serversTable(`The sandbox's answers beside those of ${server}`, of))
    .join("\n");
