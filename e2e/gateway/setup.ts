// Puts the packages of a Dask Gateway beside the Python environment of the outside clients, once for each state of requirements.txt.
import { existsSync, renameSync, rmSync } from "node:fs";
import { pythonClient } from "../clients/tools.ts";
import { mustRun } from "../harness/run.ts";
import { packages, requirementsFile } from "./packages.ts";

if (!existsSync(packages)) {
  rmSync(`${packages}.new`, { recursive: true, force: true });
  const pip = [pythonClient("python"), "-m", "pip", "install", "--quiet", "--no-deps"];
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  await mustRun([...pip, "--target", `${packages}.new`, "--requirement", requirementsFile], {
    env,
    timeoutMs: 300_000,
  });
  renameSync(`${packages}.new`, packages);
}
