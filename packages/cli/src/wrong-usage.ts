import { Failure } from "@fedbucket/client";
import type { CommanderError } from "commander";

/**
 * What the parser refused, as every other failure is told: in words or as JSON, ending in what to type.
 *
 * @param words The command that was called, where it is known.
 */
export function wrongUsage(error: CommanderError, words: string | undefined): Failure {
  const [, message = error.message, meant] =
    /^(?:error: )?(.*?)(?:\n\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? [];
  return new Failure("WRONG_USAGE", "usage", message, {
    cause: error,
    cure: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      ["fedbucket", ...(words === undefined ? [] : [words]), "--help"].join(" "),
    ],
  });
}
