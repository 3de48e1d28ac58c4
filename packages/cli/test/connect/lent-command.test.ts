import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAwsProfile } from "@fedbucket/client/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lentCommandWarnings } from "../../src/connect/lent-command.ts";
import { selfCommand } from "../../src/self.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fedbucket lent-"));
});
afterEach(() => rm(home, { recursive: true }));

/** The warnings when the tools' profile runs these words. */
async function warnings(...words: string[]): Promise<string[]> {
  const credentialProcess = [...words.map((word) => `"${word}"`), "credentials", "--profile", "pangeo"].join(" ");
  const profile = { name: "pangeo", credentialProcess, region: "us-east-1", endpointUrl: "https://s3.example.org" };
  await writeAwsProfile({ HOME: home }, profile, "never");
  return lentCommandWarnings({ HOME: home }, "pangeo");
}

test("a profile that runs this very program needs no words", async () => {
  expect(await warnings(...selfCommand())).toEqual([]);
});

test("a link to this very program is this program", async () => {
  const [node, script = ""] = selfCommand();
  await symlink(script, join(home, "link"));
  expect(await warnings(node, join(home, "link"))).toEqual([]);
});

test("a program that an upgrade took away is named, with the cure", async () => {
  const gone = join(home, "env/bin/fedbucket");
  expect(await warnings(gone)).toEqual([
    `your tools get their keys from ${gone}, which is no longer there: fedbucket connect pangeo`,
  ]);
});

test("a Node that was removed is named, although the script is still there", async () => {
  const [, script = ""] = selfCommand();
  expect(await warnings(join(home, "node"), script)).toEqual([expect.stringContaining(join(home, "node"))]);
});

test("another fedbucket than the one that runs is named", async () => {
  await writeFile(join(home, "fedbucket"), "");
  expect(await warnings(join(home, "fedbucket"))).toEqual([expect.stringContaining("another fedbucket")]);
});

test("a profile that is not connected needs no words", async () => {
  expect(await lentCommandWarnings({ HOME: home }, "pangeo")).toEqual([]);
});
