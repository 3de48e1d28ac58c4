import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../harness/cloud.ts";
import { type Ran, run } from "../harness/run.ts";

const program = [process.execPath, "--conditions=source", join(checkout, "packages/cli/src/bin.ts")] as const;

let home: string;
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), "fedbucket-undone-"))));
afterAll(async () => await rm(home, { recursive: true }));

/** A command in a process in which this was done before. */
async function after(preparation: string): Promise<Ran> {
  const file = join(home, "before.cjs");
  await writeFile(file, preparation);
  const env = { PATH: "/usr/bin:/bin", HOME: home, FEDBUCKET_HOME: home, NODE_OPTIONS: `--require=${file}` };
  return await run([...program, "scan", home], { env });
}

test("a process that has nothing left to wait for, and its work not done, is no success and says so", async () => {
  const { code, stdout, stderr } = await after(
    `const files = require("node:fs/promises"); for (const name of ["open", "readFile", "readdir", "opendir", "stat", "lstat"]) files[name] = () => new Promise(() => {}); require("node:module").syncBuiltinESMExports();`,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("ended before its work was done");
});

test("one whose work is done says nothing of the kind", async () => {
  const { code, stderr } = await after("");
  expect(code).toBe(0);
  expect(stderr).not.toContain("ended before");
});
