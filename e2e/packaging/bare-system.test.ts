import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { makeHome } from "../harness/home.ts";
import { run } from "../harness/run.ts";
import { bareMachine, type Machine } from "./machine.ts";
import { tool, wheel } from "./places.ts";
import { connectInBrowser } from "./sign-in.ts";

test("on a bare Debian with Python, the wheel, two commands and the README's Python block print data", async () => {
  await using machine = await bareMachine({ root: "debian12" });
  await machine.must("python3 -m venv env && env/bin/pip install --no-index /mnt/dist/fedbucket-*x86_64.whl");
  const inEnvironment = (script: string) => `PATH=/home/env/bin; ${script}`;

  await machine.must(inEnvironment("fedbucket sandbox up --detach"));
  try {
    const { stdout } = await machine.must(inEnvironment("fedbucket sandbox status --json"));
    const { passphrase } = JSON.parse(stdout) as { passphrase: string };
    await connectInBrowser(machine.shell(inEnvironment("fedbucket connect sandbox")), machine.env, passphrase);

    await machine.must(inEnvironment("pip install --no-index --find-links /mnt/wheels xarray s3fs zarr"));
    const [, block = ""] = /^```python\n(.*?)^```/ms.exec(await readFile(join(checkout, "README.md"), "utf8")) ?? [];
    const ran = await machine.must(inEnvironment("python -"), block);
    expect(ran.stdout).toMatch(/<xarray\.Dataset>[\s\S]*sst/);
  } finally {
    await machine.must(inEnvironment("fedbucket sandbox down"));
  }
});

/** Starts and ends a sandbox with what the installer put into the home folder; what `up` says. */
async function tryInstalled(machine: Machine): Promise<string> {
  const script =
    "PATH=/home/.local/bin:/usr/bin:/bin; fedbucket sandbox up --detach --memory && fedbucket sandbox down";
  return (await machine.must(script)).stdout;
}

test("the installed executable works without /proc, and names itself by its absolute path", async () => {
  await using machine = await bareMachine({ root: "debian12", withoutProc: true });
  await machine.must("sh /mnt/dist/install.sh");
  const { stdout } = await machine.must("PATH=/home/.local/bin:/usr/bin:/bin; fedbucket version --json");
  expect(JSON.parse(stdout)).toMatchObject({ build: "executable", command: ["/home/.local/bin/fedbucket"] });
  expect(await tryInstalled(machine)).toContain("The sandbox is up.");
});

test("Debian 11 is new enough", async () => {
  await using machine = await bareMachine({ root: "debian11" });
  await machine.must("sh /mnt/dist/install.sh");
  expect(await tryInstalled(machine)).toContain("The sandbox is up.");
});

test("without a glibc that is new enough, the installer says what is needed and installs nothing", async () => {
  await using machine = await bareMachine({ root: "musl" });
  const installed = await machine.run("sh /mnt/dist/install.sh");
  expect(installed.code).toBe(1);
  expect(installed.stderr).toContain("It needs glibc 2.28 or newer");
  expect((await machine.must("find . -type f")).stdout).toBe("");
});

test("pip for a glibc that is older refuses the wheel", async () => {
  await using home = await makeHome();
  const options = "--no-index --only-binary=:all: --platform manylinux_2_27_x86_64 --target".split(" ");
  const { code, stderr } = await run([tool("pip"), "install", ...options, home.folder, wheel], { env: home.env });
  expect(code).toBe(1);
  expect(stderr).toContain("is not a supported wheel on this platform");
});

test("a home folder that is mounted noexec is told apart from a broken download", async () => {
  await using machine = await bareMachine({ root: "debian12", noexec: "home" });
  const { code, stderr } = await machine.run("sh /mnt/dist/install.sh");
  expect(code).toBe(1);
  expect(stderr).toContain("Permission denied");
  expect(stderr).toContain("not mounted noexec");
  expect((await machine.must("find . -type f")).stdout).toBe("");
});

test("a /tmp that is mounted noexec does not matter", async () => {
  await using machine = await bareMachine({ root: "debian12", noexec: "tmp" });
  await machine.must("sh /mnt/dist/install.sh");
  expect(await tryInstalled(machine)).toContain("The sandbox is up.");
});

test("with a read-only home the installer asks for another folder, and the program names the way out", async () => {
  await using machine = await bareMachine({ root: "debian12", readOnlyHome: true });
  const installed = await machine.run("sh /mnt/dist/install.sh");
  expect(installed.code).toBe(1);
  expect(installed.stderr).toContain("sh install.sh --to /path/to/folder");

  await machine.must("sh /mnt/dist/install.sh --to /tmp/app");
  const up = await machine.run("/tmp/app/bin/fedbucket sandbox up --detach");
  expect(up.code).not.toBe(0);
  expect(up.stderr).toMatch(/^error: .*\n(.*\n)*.*FEDBUCKET_HOME/);
  await machine.must(
    "export FEDBUCKET_HOME=/tmp/state; /tmp/app/bin/fedbucket sandbox up --detach && /tmp/app/bin/fedbucket sandbox down",
  );
});
