import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "./cloud.ts";

/** The block of docs/operators.md that begins with this file's name: what is told to operators is what is run. */
export async function recipeFor(file: string): Promise<string> {
  const found = (await blocks()).find((block) => block.startsWith(`# ${file}\n`));
  if (found === undefined) throw new Error(`docs/operators.md has no block for ${file}`);
  return found;
}

/** The block that is JSON and has this name in it. */
export async function jsonRecipe(name: string): Promise<Readonly<Record<string, unknown>>> {
  const found = (await blocks()).find((block) => block.startsWith("{") && block.includes(`"${name}":`));
  if (found === undefined) throw new Error(`docs/operators.md has no JSON with "${name}"`);
  return JSON.parse(found) as Readonly<Record<string, unknown>>;
}

async function blocks(): Promise<readonly string[]> {
  const page = await readFile(join(checkout, "docs/operators.md"), "utf8");
  return [...page.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, block = ""]) => block);
}
