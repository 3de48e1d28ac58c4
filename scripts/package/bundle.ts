import { join } from "node:path";
import { type RolldownOptions, rolldown } from "rolldown";
import config from "../../packages/cli/rolldown.config.ts";
import { fewFiles } from "./chunks.ts";
import { root } from "./source.ts";

/** The command as the npm package and the executables carry it: one file that starts, and chunks that it loads when called for. */
export interface Bundle {
  readonly files: readonly { readonly name: string; readonly code: string }[];
  /** Absolute paths of every source file in it, ours and of libraries. */
  readonly modules: readonly string[];
}

/** Bundles as `npm run build` does, without writing. */
export async function bundleCommand(): Promise<Bundle> {
  const { output: outputOptions, ...input }: RolldownOptions = config;
  if (outputOptions === undefined || Array.isArray(outputOptions)) throw new Error("one output is expected");
  const cwd = join(root, "packages/cli");
  await using bundle = await rolldown({ ...input, cwd, logLevel: "silent" });
  const codeSplitting = fewFiles(await bundle.generate(outputOptions), join(cwd, "src"));
  const { output } = await bundle.generate({ ...outputOptions, codeSplitting });
  const chunks = output.filter((item) => item.type === "chunk").sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
  return {
    files: chunks.map(({ fileName, code }) => ({ name: fileName, code })),
    modules: [...new Set(chunks.flatMap(({ moduleIds }) => moduleIds))].sort(),
  };
}
