import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { nodeBinary, nodeVersions, npmArchive, version } from "./places.ts";

describe.each([22, 24, 26] as const)("under Node %i", (major) => {
  test("the npm package is installed without a registry, and runs", async () => {
    await using home = await makeHome(`${dirname(nodeBinary(major))}:/usr/bin:/bin`);
    const npm = await npmScript();
    const install = [
      "install",
      "--global",
      "--prefix",
      home.folder,
      "--offline",
      "--no-audit",
      "--no-fund",
      npmArchive,
    ];
    await mustRun([nodeBinary(major), npm, ...install], { env: home.env });

    const fedbucket = join(home.folder, "bin/fedbucket");
    expect((await mustRun([fedbucket, "--version"], { env: home.env })).stdout).toBe(`${version}\n`);
    const about: unknown = JSON.parse((await mustRun([fedbucket, "version", "--json"], { env: home.env })).stdout);
    expect(about).toMatchObject({ build: "bundle", node: nodeVersions[major] });

    await mustRun([fedbucket, "sandbox", "up", "--detach", "--memory"], { env: home.env });
    try {
      const token = (await mustRun([fedbucket, "sandbox", "token", "alice"], { env: home.env })).stdout.trim();
      await mustRun([fedbucket, "connect", "sandbox"], { env: { ...home.env, OIDC_ACCESS_TOKEN: token } });
      expect((await mustRun([fedbucket, "ls"], { env: home.env })).stdout).toContain("input-data");
    } finally {
      await mustRun([fedbucket, "sandbox", "down"], { env: home.env });
    }
  });
});

test("a Node that is too old is told so in a sentence", async () => {
  const shim = join(import.meta.dirname, "../../packages/cli/bin/fedbucket.cjs");
  const pretend = `Object.defineProperty(process.versions, "node", { value: "18.20.0" }); require(${JSON.stringify(shim)})`;
  const ran = await run([process.execPath, "-e", pretend], { env: {} });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^fedbucket needs Node 22\.18 or newer; this is .*\n$/);
});

/** npm's own script, to be run by any Node. */
async function npmScript(): Promise<string> {
  const ran = await mustRun(["sh", "-c", 'readlink -f "$(command -v npm)"'], {
    env: { PATH: process.env["PATH"] ?? "" },
  });
  return ran.stdout.trim();
}
