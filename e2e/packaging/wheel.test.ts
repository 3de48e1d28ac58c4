import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeHome } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import { executable, tool, version, wheel } from "./places.ts";

test("the wheel is at most 60 MiB", async () => {
  expect((await stat(wheel)).size).toBeLessThanOrEqual(60 * 2 ** 20);
});

test("twine finds nothing to say about it", async () => {
  const { stdout } = await mustRun([tool("twine"), "check", "--strict", wheel], { env: { PATH: "/usr/bin:/bin" } });
  expect(stdout).toContain("PASSED");
});

test("auditwheel agrees with the platform in its name", async () => {
  const { stdout } = await mustRun([tool("auditwheel"), "show", wheel], {
    env: { PATH: "/usr/bin:/bin", COLUMNS: "999" },
  });
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    'consistent with the following platform tag: "manylinux_2_28_x86_64"',
  );
});

test("it holds no Python code", async () => {
  const { stdout } = await mustRun([tool("python"), "-m", "zipfile", "-l", wheel], { env: {} });
  expect(stdout).toContain(`fedbucket-${version}.data/scripts/fedbucket`);
  expect(stdout).not.toContain(".py");
});

test("it is installed where there is no Node, works, satisfies pip, and leaves nothing behind", async () => {
  await using home = await makeHome("");
  const environment = join(home.folder, "env");
  await mustRun([tool("python"), "-m", "venv", environment], { env: home.env });
  const env = { ...home.env, PATH: join(environment, "bin") };
  const pip = (...args: string[]) => mustRun([join(environment, "bin/python"), "-m", "pip", ...args], { env });
  await pip("check"); // compiles pip's own modules, which are none of ours
  const before = await filesBelow(environment);

  await pip("install", "--no-index", wheel);
  expect((await mustRun(["fedbucket", "--version"], { env })).stdout).toBe(`${version}\n`);
  expect((await pip("check")).stdout).toContain("No broken requirements");
  expect((await pip("show", "--files", "fedbucket")).stdout).toContain("bin/fedbucket");
  await mustRun(["/usr/bin/cmp", join(environment, "bin/fedbucket"), executable], { env });

  await pip("uninstall", "--yes", "fedbucket");
  const after = (await filesBelow(environment)).filter((path) => !path.includes("__pycache__"));
  expect(after).toEqual(before.filter((path) => !path.includes("__pycache__")));
});

/** Files and folders. */
const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).sort((a, b) => (a < b ? -1 : 1));
