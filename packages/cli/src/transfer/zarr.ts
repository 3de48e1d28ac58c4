import { checkZarr, everything, Failure, listSide, type Side } from "@fedbucket/client";
import type { Context } from "../context.ts";
import type { DataOptions } from "../data/accounts.ts";
import { formatBytes } from "../output.ts";
import { count } from "./show.ts";
import { openTree } from "./tree.ts";
import { openGate } from "./work.ts";

export interface ZarrOptions extends DataOptions {
  readonly allowMissing?: boolean;
}

/** `zarr check`: names chunks that are missing, empty, or of no array. */
export async function zarrCheck(context: Context, text: string, options: ZarrOptions): Promise<void> {
  const { gate, open } = openGate(context, options);
  const { side, nameOf } = await openTree(context, open, text, { ...options, takesGlob: false });
  const { signal } = context;
  const summary = await checkZarr({
    list: () =>
      listSide(side, {
        filter: everything,
        onProblem: () => {},
        withoutMarkers: true,
        signal,
        atOnce: () => gate.limit,
      }),
    text: async (key) => await textOf(side, key, signal),
    onFinding({ kind, key }) {
      if (options.allowMissing === true && kind === "missing") return;
      if (options.json === true) context.stdout.write(`${JSON.stringify({ event: kind, key })}\n`);
      else context.stdout.write(`${kind}: ${nameOf(key)}\n`);
    },
  });
  const { arrays, chunks, bytes, missing, empty, surplus, unreadable } = summary;
  if (options.json === true) context.stdout.write(`${JSON.stringify({ event: "summary", ...summary })}\n`);
  else {
    const what = `${count(arrays)} ${arrays === 1 ? "array" : "arrays"}, ${count(chunks - missing)} of ${count(chunks)} chunks`;
    context.stderr.write(`${what}, ${formatBytes(bytes)}.\n`);
  }
  const wrong = empty + surplus + unreadable + (options.allowMissing === true ? 0 : missing);
  if (wrong === 0) return;
  const parts = Object.entries({ missing, empty, surplus, unreadable }).filter(([, number]) => number > 0);
  const message = `the store is not complete: ${parts.map(([word, number]) => `${count(number)} ${word}`).join(", ")}`;
  throw new Failure("ZARR_INCOMPLETE", "failed", message, {
    cure: [
      "Write the missing regions again; where chunks that hold only the fill value are left out on purpose:",
      `fedbucket zarr check ${text} --allow-missing`,
    ],
  });
}

async function textOf(side: Side, key: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  if (side.kind === "folder") {
    const file = await side.folder.open(key);
    try {
      return decoder.decode(await file.read());
    } finally {
      await file.close();
    }
  }
  const { body } = await side.store.get(side.prefix + key, { signal });
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
