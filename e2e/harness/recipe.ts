import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "./cloud.ts";

/** The block of docs/operators.md that begins with this file's name: what is told to operators is what is run. */
export async function recipeFor(file: string): Promise<string> {
  const page = await readFile(join(checkout, "docs/operators.md"), "utf8");
  const blocks = [...page.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, block = ""]) => block);
  const found = blocks.find((block) => block.startsWith(`# ${file}\n`));
  if (found === undefined) throw new Error(`docs/operators.md has no block for ${file}`);
  return found;
}
