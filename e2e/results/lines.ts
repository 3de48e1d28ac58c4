import type { Result } from "./results.ts";

/** A line for each server or client: how many steps passed, and which did not. */
export function linesOf(results: readonly Result[]): string {
  const names = [...Map.groupBy(results, nameOf)];
  const width = Math.max(0, ...names.map(([name]) => name.length)) + 2;
  return names.map(([name, of]) => name.padEnd(width) + said(of, width)).join("\n");
}

/** A client stands for itself; a server is our own client's. */
const nameOf = ({ suite, server, version, client, clientVersion }: Result): string =>
  [suite === "differential" ? "answers as" : "", client ?? server, clientVersion ?? version].filter(Boolean).join(" ");

function said(results: readonly Result[], width: number): string {
  const others = results
    .filter(({ ok }) => ok !== true)
    .map(({ step, ok, why }) => {
      const reason = why === undefined ? "" : ` (${why})`;
      return `${ok === false ? "no" : "not run"}: ${step}${reason}`;
    });
  return [`${results.length - others.length} of ${results.length}`, ...others].join(`\n${" ".repeat(width)}`);
}
