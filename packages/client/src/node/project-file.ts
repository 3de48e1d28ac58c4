import { chainFailure } from "../session/failures.ts";
import { type ProjectFile, projectFileOf } from "../session/project-file.ts";

/**
 * Reads the text of a project file.
 *
 * @param source The path or address, for messages.
 * @throws Failure as {@link projectFileOf}
 */
export async function parseProjectFile(text: string, source: string): Promise<ProjectFile> {
  const { parse } = await import("@decimalturn/toml-patch");
  let table: Record<string, unknown>;
  try {
    table = parse(text) as Record<string, unknown>;
  } catch (cause) {
    const line = cause instanceof Error && "line" in cause ? ` (line ${String(cause.line)})` : "";
    const page = /^\s*</.test(text);
    throw chainFailure("PROJECT_FILE_BROKEN", `${source} is ${page ? "a web page" : `not TOML${line}`}`, {
      cause,
      cure: page
        ? ["Give the address of the file itself: on GitHub, that of the button Raw."]
        : [`Mend it, then: fedbucket connect ${source}`],
    });
  }
  return projectFileOf(table, source);
}
