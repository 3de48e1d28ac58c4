import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonClient } from "../clients/tools.ts";
import { fedbucket } from "../harness/cloud.ts";
import { personAtSandbox } from "../harness/person.ts";
import { mustRun } from "../harness/run.ts";

/** Runs one cell in a fresh kernel and prints what it wrote. A cell that waits for a keyboard runs into the limit. */
const runCell = `
import nbclient, nbformat, sys
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.argv[1])])
nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
print("".join(output.get("text", "") for output in notebook.cells[0].outputs))
`;

/** Where `!` gives a command a terminal without a keyboard, nothing may ask: it says what to do instead, and ends. */
test.each([
  ["connect sandbox", "--token-file FILE"],
  ["connect", "fedbucket connect sandbox"],
  ["login sandbox", "--token-file FILE"],
  ["doctor sandbox", "you are not signed in"],
  ["credentials --profile sandbox", "fedbucket connect sandbox"],
])("!fedbucket %s in a kernel does not hang", async (words, said) => {
  await using person = await personAtSandbox({ deviceGrant: false });
  const env = {
    PATH: `${join(pythonClient("python"), "..")}:/usr/bin:/bin`,
    HOME: person.home,
    FEDBUCKET_HOME: join(person.home, "fedbucket"),
  };
  const cell = `!${fedbucket.join(" ")} ${words}`;
  const { stdout } = await mustRun([pythonClient("python"), "-c", runCell, cell], { env });
  expect(stdout).toContain(said);
});
