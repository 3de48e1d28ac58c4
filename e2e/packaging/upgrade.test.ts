import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mustRun, run } from "../harness/run.ts";
import { dist, executable, tool, wheel } from "./places.ts";
import { type Person, personWith } from "./sandbox.ts";

/** What an S3 tool runs to get keys, run as the tool would: without a shell and with nothing in the environment but HOME. */
async function keysAsToolsGetThem({ home }: Person): Promise<{ AccessKeyId?: string }> {
  const config = await readFile(join(home, ".aws/config"), "utf8");
  const [, program = "", rest = ""] = /^credential_process = (\S+) (.*)$/m.exec(config) ?? [];
  const { stdout } = await mustRun([program, ...rest.split(" ")], { env: { HOME: home } });
  return JSON.parse(stdout) as { AccessKeyId?: string };
}

const warnings = async ({ env }: Person): Promise<string> => (await mustRun([executable, "status"], { env })).stdout;

test("after an upgrade by the installer tools get their keys as before; after its removal status says what is wrong", async () => {
  const install = ["sh", join(dist, "install.sh")];
  await using person = await personWith(executable, async (home) => {
    await mustRun(install, { env: { HOME: home, PATH: "/usr/bin:/bin" } });
  });
  const { env } = person;
  const installed = join(person.home, ".local/bin/fedbucket");
  const token = (await mustRun([executable, "sandbox", "token", "alice"], { env })).stdout.trim();
  await mustRun([installed, "connect", "sandbox"], { env: { ...env, OIDC_ACCESS_TOKEN: token } });
  const before = await keysAsToolsGetThem(person);

  await mustRun(install, { env });
  expect((await keysAsToolsGetThem(person)).AccessKeyId).toBe(before.AccessKeyId);
  expect(await warnings(person)).toContain(`your tools get their keys from another fedbucket, ${installed}`);

  await mustRun([...install, "--uninstall"], { env });
  expect(await warnings(person)).toContain(
    `warning: your tools get their keys from ${installed}, which is no longer there: fedbucket connect sandbox`,
  );
  await person.connect();
  expect(await warnings(person)).not.toContain("warning: your tools");
  expect((await keysAsToolsGetThem(person)).AccessKeyId).toBe(before.AccessKeyId);
});

test("after an upgrade by pip tools get their keys as before", async () => {
  await using person = await personWith(executable);
  const { env, home } = person;
  await mustRun([tool("python"), "-m", "venv", join(home, "env")], { env });
  const pip = [join(home, "env/bin/python"), "-m", "pip", "install", "--no-index", "--force-reinstall", wheel];
  await mustRun(pip, { env });
  const token = (await mustRun([executable, "sandbox", "token", "alice"], { env })).stdout.trim();
  await mustRun([join(home, "env/bin/fedbucket"), "connect", "sandbox"], { env: { ...env, OIDC_ACCESS_TOKEN: token } });
  const before = await keysAsToolsGetThem(person);
  await mustRun(pip, { env });
  expect(await keysAsToolsGetThem(person)).toMatchObject({ AccessKeyId: before.AccessKeyId });
});

test("an older fedbucket that comes first on the PATH does not get in the way of tools", async () => {
  await using person = await personWith(executable, async (home) => {
    const script = `mkdir '${home}/older' && printf '#!/bin/sh\\nexit 1\\n' > '${home}/older/fedbucket' && chmod +x '${home}/older/fedbucket'`;
    await mustRun(["sh", "-c", script], { env: { PATH: "/usr/bin:/bin" } });
  });
  await person.connect();
  const script = "import boto3; print([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])";
  const env = { ...person.env, PATH: `${person.home}/older:/usr/bin:/bin` };
  const ran = await run([tool("python"), "-c", script], { env });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toContain("input-data");
});
