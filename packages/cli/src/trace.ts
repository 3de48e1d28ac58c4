import type { TraceEntry } from "@fedbucket/client";
import type { Output } from "./context.ts";
import { hideSecrets } from "./hide-secrets.ts";

/** One line for each request: `--debug`. */
export function traceTo(output: Output): (entry: TraceEntry) => void {
  return ({ method, url, status, ms, requestId, error }) => {
    const id = requestId === undefined ? "" : `  ${requestId}`;
    output.write(`[debug] ${method} ${hideSecrets(url)}  ${status ?? error ?? "?"}  ${Math.round(ms)} ms${id}\n`);
  };
}
