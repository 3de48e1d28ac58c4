import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { archive, executable, executableArm, version } from "./places.ts";

const mebibyte = 2 ** 20;

test("the executable is at most 120 MiB", async () => {
  expect((await stat(executable)).size).toBeLessThanOrEqual(120 * mebibyte);
  expect((await stat(executableArm)).size).toBeLessThanOrEqual(120 * mebibyte);
});

test("version --json tells what it is and where", async () => {
  const { stdout } = await mustRun([executable, "version", "--json"], { env: {} });
  expect(JSON.parse(stdout)).toMatchObject({
    version,
    build: "executable",
    node: "24.21.0",
    platform: "linux-x64",
    command: [executable],
    commit: expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
  });
});

test("the executable for arm64 runs, under emulation", async () => {
  await using home = await makeHome();
  const run = (...args: string[]) =>
    mustRun(["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", executableArm, ...args], { env: home.env });
  expect((await run("--version")).stdout).toBe(`${version}\n`);
  expect(JSON.parse((await run("version", "--json")).stdout)).toMatchObject({ platform: "linux-arm64" });
});

test("the person's own Node settings do not reach it", async () => {
  const env = { NODE_OPTIONS: "--require /nowhere/at/all.js", NODE_PATH: "/nowhere" };
  expect((await mustRun([executable, "--version"], { env })).stdout).toBe(`${version}\n`);
});

test("the manual page and the completions beside it are those that it prints", async () => {
  const list = (await mustRun(["tar", "-tzf", archive("linux-x64")], { env: { PATH: "/usr/bin:/bin" } })).stdout;
  expect(list.split("\n").map((path) => path.replace(/^[^/]*\//, ""))).toEqual([
    "bin/fedbucket",
    "share/bash-completion/completions/fedbucket",
    "share/doc/fedbucket/LICENSE",
    "share/doc/fedbucket/THIRD-PARTY-LICENSES.txt",
    "share/doc/fedbucket/fedbucket.cdx.json",
    "share/fish/vendor_completions.d/fedbucket.fish",
    "share/man/man1/fedbucket.1",
    "share/zsh/site-functions/_fedbucket",
    "",
  ]);
  const page = join(executable, "../../share/man/man1/fedbucket.1");
  const printed = await mustRun([executable, "manual"], { env: {} });
  await mustRun(["cmp", page, "-"], { env: { PATH: "/usr/bin:/bin" }, input: printed.stdout });
});

test("mandoc finds nothing to say about the manual page", async () => {
  const page = join(executable, "../../share/man/man1/fedbucket.1");
  const { code, stdout, stderr } = await run(["mandoc", "-T", "lint", page], { env: { PATH: "/usr/bin:/bin" } });
  expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: "" });
});

test("bash completes commands and verbs", async () => {
  const script = `
source ${join(executable, "../../share/bash-completion/completions/fedbucket")}
COMP_WORDS=(fedbucket keys l) COMP_CWORD=2
_fedbucket
echo "\${COMPREPLY[@]}"
`;
  const { stdout } = await mustRun(["bash", "-c", script], { env: { PATH: "/usr/bin:/bin" } });
  expect(stdout).toBe("list\n");
});
