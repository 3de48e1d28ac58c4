import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/** How this program was packaged: a Node bundle (npm package, checkout) or one executable with everything in it. */
export type SelfKind = "bundle" | "executable";

export function selfKind(): SelfKind {
  return process.getBuiltinModule("node:sea").isSea() ? "executable" : "bundle";
}

/**
 * The command line that runs this very program again, as absolute paths: `[node, script]`, or `[binary]` for the single
 * executable. Add arguments to it; quote it for a file that a shell or botocore will split.
 */
export function selfCommand(): readonly [string, ...string[]] {
  const binary = executablePath();
  // The bundle's folder and the sources' are both one below the package.
  return selfKind() === "executable" ? [binary] : [binary, resolve(import.meta.dirname, "../bin/fedbucket.cjs")];
}

/** `process.execPath`, but also where there is no /proc to read it from: then Node repeats argv[0], as typed. */
function executablePath(): string {
  const typed = process.execPath;
  if (isAbsolute(typed)) return typed;
  if (typed.includes("/")) return resolve(typed);
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, typed)).find((file) => existsSync(file)) ?? resolve(typed);
}
