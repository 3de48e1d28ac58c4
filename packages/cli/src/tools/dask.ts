import { join } from "node:path";
import { selfCommand } from "../self.ts";
import { daskMark, daskModule } from "./dask-module.ts";
import { notOurs, textTool, type Tool } from "./tool.ts";

const fileName = "fedbucket_dask.py";

/** A Python module beside the person's notebook or script, which finds it there. */
export const dask: Tool = textTool({
  name: "dask",
  file: ({ cwd }) => join(cwd, fileName),
  put(text, connection, file) {
    if (text !== "" && !text.startsWith(daskMark)) throw notOurs(file, "something", connection.profile);
    return daskModule(connection, [...selfCommand(), "credentials", "--profile", connection.profile]);
  },
  take: (text, profile) => (text.startsWith(`${daskMark} (profile ${profile})`) ? "" : text),
  advice: () => [
    "In Python, beside that file, with your Dask client:",
    "  import fedbucket_dask",
    "  fedbucket_dask.lend(client)",
    "The process with the client must stay alive: it renews the workers' keys.",
  ],
});
