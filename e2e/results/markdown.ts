import type { Result } from "./results.ts";

/** A table of Markdown. What stands in the cells is text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows.map((cells) => cells.map(cellText))];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

/** yes, no and not run, with the reason. Of several results, the worst counts. */
export function outcome(results: readonly Result[]): string {
  const worst = results.find(({ ok }) => ok === false) ?? results.find(({ ok }) => ok === null) ?? results[0];
  if (worst === undefined) return "not run";
  const reason = worst.why === undefined ? "" : ` (${worst.why})`;
  return `${worst.ok === null ? "not run" : worst.ok ? "yes" : "no"}${reason}`;
}

const longest = 120;

function cellText(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replaceAll("|", "\\|").replaceAll(/([<>*_`])/g, "\\$1");
}
