import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout, fedbucket, startCloud } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { pythonClient } from "./tools.ts";

/** Runs its input as the one cell of a new notebook in a fresh kernel, and prints what the cell printed. */
const notebook = `
import sys, nbclient, nbformat
cell = nbformat.v4.new_code_cell(sys.stdin.read())
nbclient.NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3", timeout=90).execute()
print("".join(output.get("text", "") for output in cell["outputs"]))
`;

test("the README's Python block runs as it stands in a fresh Jupyter kernel without AWS_*", async () => {
  const readme = await readFile(join(checkout, "README.md"), "utf8");
  const [, block = ""] = /^```python\n(.*?)^```/ms.exec(readme) ?? [];
  expect(block).toContain("s3://");

  await using home = await makeHome();
  await using cloud = await startCloud({ env: home.env, args: ["--memory"] });
  const token = await cloud.token();
  await mustRun([...fedbucket, "connect", "sandbox"], { env: { ...home.env, OIDC_ACCESS_TOKEN: token } });
  const { AWS_EC2_METADATA_DISABLED: _, ...env } = home.env;
  const ran = await run([pythonClient("python"), "-c", notebook], { env, input: block, cwd: home.folder });
  expect(ran.code === 0 ? "" : ran.stderr).toBe("");
  expect(ran.stdout).toMatch(/<xarray\.Dataset>[\s\S]*sst/);
});
