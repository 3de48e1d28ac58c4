import { PassThrough } from "node:stream";
import type { Context } from "../src/context.ts";

/** A world in which nobody types and nobody reads, but for the streams that are given. */
export const silentContext = (streams: Partial<Pick<Context, "stdout" | "stderr">> = {}): Context => ({
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  cwd: "/",
  signal: new AbortController().signal,
  now: () => new Date(),
  openBrowser: () => Promise.resolve(false),
  ...streams,
});
