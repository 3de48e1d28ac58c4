import { existsSync, realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import { credentialProcessOf } from "@fedbucket/client/node";
import { selfCommand } from "../self.ts";

/**
 * What is wrong with the command that the tools' profile runs: an upgrade, a removed environment or a new Node may have taken it
 * away, and then every tool fails with words about a missing file.
 */
export async function lentCommandWarnings(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): Promise<string[]> {
  const line = await credentialProcessOf(env, name);
  if (line === undefined) return [];
  const files = wordsOf(line).filter(isAbsolute);
  const missing = files.find((file) => !existsSync(file));
  const cure = `fedbucket connect ${name}`;
  if (missing !== undefined) return [`your tools get their keys from ${missing}, which is no longer there: ${cure}`];
  const program = files.at(-1);
  const self = selfCommand().at(-1);
  if (program === undefined || self === undefined || isSame(program, self)) return [];
  return [`your tools get their keys from another fedbucket, ${program}; to use this one (${self}): ${cure}`];
}

/** Splits as botocore does on Unix: quotes hold a word together, a backslash keeps the next character. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|\\.|[^\s"\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\(.)|"/g, "$1"));
}

/** By what they are in the end: a link to a program is that program. */
function isSame(one: string, other: string): boolean {
  try {
    return realpathSync.native(one) === realpathSync.native(other);
  } catch {
    return false;
  }
}
