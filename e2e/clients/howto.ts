import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The how-to's fenced blocks, word for word, in order: commands to type and tables that they print. */
export function howtoBlocks(): { readonly commands: readonly string[]; readonly tables: readonly string[] } {
  const text = readFileSync(join(import.meta.dirname, "howto.md"), "utf8");
  const blocks = [...text.matchAll(/^```[^\S\n]*\n(.*?)^```/gms)].map(([, block = ""]) => block.trim());
  const isTable = (block: string) => block.startsWith("+--");
  return {
    commands: blocks.filter((block) => !isTable(block)),
    tables: blocks.filter(isTable),
  };
}

/** What a reader of the how-to puts in: an address, an id, a token, a key. Nothing else may change. */
export type Substitutions = Readonly<Record<string, string>>;

/** Every word to be replaced must occur in the block, so that no substitution is silently lost. */
export function putIn(block: string, words: Substitutions): string {
  return Object.entries(words).reduce(
    (text, [placeholder, value]) => {
      if (!text.includes(placeholder)) throw new Error(`the how-to's block does not hold ${placeholder}: ${block}`);
      return text.replaceAll(placeholder, value);
    },
    block.replaceAll(/^\$ /gm, ""),
  ); // the prompt that one block shows
}

/** The cells of the first row below the heading of a table as openstackclient draws them. */
export function firstRow(table: string): readonly string[] {
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  return (rows[1] ?? "")
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
