// Makes the Python environment of the outside clients, once for each state of requirements.txt.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment, requirementsFile } from "./environment.ts";

const stamp = join(environment, ".complete");
if (!existsSync(stamp)) {
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(dirname(environment), { recursive: true });
  console.error(`Setting up the outside clients in ${environment} (a minute or two)`);
  must(findPython(), "-m", "venv", environment);
  must(join(environment, "bin/python"), "-m", "pip", "install", "--quiet", "--requirement", requirementsFile);
  writeFileSync(`${stamp}.new`, "");
  renameSync(`${stamp}.new`, stamp);
}
report("fedcloud", [join(environment, "bin/fedcloud"), "--version"]);
report("openstack", [join(environment, "bin/openstack"), "--version"]);
report("swift", [join(environment, "bin/swift"), "--version"]);
report("aws (PyPI)", [join(environment, "bin/aws"), "--version"]);
const libraries =
  "import boto3, s3fs, xarray, zarr; [print(m.__name__, m.__version__) for m in (boto3, s3fs, xarray, zarr)]";
report("Python", [join(environment, "bin/python"), "-c", libraries]);
report("aws (Debian)", ["/usr/bin/aws", "--version"]);
report("rclone", ["/usr/bin/rclone", "--version"]);
report("strace", ["/usr/bin/strace", "--version"]);

/** A Python that the requirements are pinned for, and that can make environments. */
function findPython(): string {
  const wanted = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", wanted]).status === 0);
  if (python !== undefined) return python;
  return fail("The outside clients need Python 3.11 or newer with venv (on Debian: apt-get install python3-venv).");
}

function must(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(`${program} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** One line per client. A missing one is only named here: the suite that needs it fails. */
function report(name: string, [program = "", ...args]: readonly string[]): void {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
  const said = status === 0 ? (stdout || stderr).trim().split("\n") : ["missing"];
  console.log(`${name.padEnd(14)}${(args[0] === "-c" ? said.join(", ") : said[0]) ?? ""}`);
}
