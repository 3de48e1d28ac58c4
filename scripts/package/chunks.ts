import { relative } from "node:path";
import type { CodeSplittingOptions, OutputChunk, RolldownOutput } from "rolldown";

/**
 * What is loaded together lies in one file, since each file costs a start a third of a millisecond. In the order in which a
 * module that several of them need is given away. Paths in packages/cli/src.
 */
const together = {
  lend: "lend.ts",
  chain: "connect/connect.ts",
  finish: "connect/finish.ts",
  program: "program.ts",
};

/**
 * How to cut the files, from how the bundler cuts them by itself: that tells what each of them really uses, past the
 * modules that only pass names on. What the first file holds stays there.
 *
 * @param output Of the same sources, without such options.
 */
export function fewFiles({ output }: RolldownOutput, sources: string): CodeSplittingOptions {
  const chunks = new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
  const chunkOf = (source: string): OutputChunk => {
    const found = [...chunks.values()].find(({ moduleIds }) =>
      moduleIds.some((id) => relative(sources, id) === source),
    );
    if (found === undefined) throw new Error(`no file holds ${source}`);
    return found;
  };
  const names = new Map<string, string | null>();
  for (const [name, source] of [["start", "bin.ts"], ...Object.entries(together)] as const)
    for (const id of modulesOf(chunkOf(source), chunks))
      if (!names.has(id)) names.set(id, name === "start" ? null : name);
  return { includeDependenciesRecursively: false, groups: [{ name: (id) => names.get(id) ?? null }] };
}

/** Of a file and of all that it loads at once. */
function modulesOf(chunk: OutputChunk, chunks: ReadonlyMap<string, OutputChunk>): string[] {
  const files = new Set([chunk]);
  for (const { imports } of files)
    for (const name of imports) {
      const file = chunks.get(name);
      if (file !== undefined) files.add(file);
    }
  return [...files].flatMap(({ moduleIds }) => moduleIds);
}
