import { type ClientName, clients, type TheirClient } from "../their-clients/clients.ts";
import { operations } from "../their-clients/operations.ts";
import { outcome, table } from "./markdown.ts";
import type { Result } from "./results.ts";

const untested = "–";

/** For each group of other people's clients: everyday operations are rows, clients are columns. */
export function clientsTables(results: readonly Result[]): string {
  const byGroup = Map.groupBy(Object.keys(clients) as ClientName[], (name) => clients[name].group);
  const tables = [...byGroup].map(([group, names]) => `### ${group}\n\n${groupTable(names, results)}`);
  return `## Other people's clients at the sandbox\n\n${tables.join("\n")}`;
}

function groupTable(names: readonly ClientName[], results: readonly Result[]): string {
  const of = (name: ClientName): readonly Result[] => results.filter(({ client }) => client === name);
  const head = names.map((name) => [name, of(name)[0]?.clientVersion].filter(Boolean).join(" "));
  const steps = Object.values(operations).filter((step) =>
    results.some((result) => result.step === step && names.some((name) => name === result.client)),
  );
  const rows = steps.map((step) => [
    step,
    ...names.map((name) => {
      const own = of(name).filter((result) => result.step === step);
      if (own.length > 0) return outcome(own);
      return of(name).every(({ ok }) => ok === null) ? "not run" : untested;
    }),
  ]);
  return [table(["operation", ...head], rows), ...names.flatMap((name) => whyNotRun(name, of(name)))].join("\n");
}

function whyNotRun(name: ClientName, results: readonly Result[]): readonly string[] {
  const { notRun }: TheirClient = clients[name];
  const why = results.length === 0 ? "no run is recorded" : results.every(({ ok }) => ok === null) && results[0]?.why;
  return notRun === undefined && !why ? [] : [`${name} was not run: ${notRun ?? why}.\n`];
}
