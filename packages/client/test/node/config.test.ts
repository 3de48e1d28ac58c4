import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configFile, readConfig, saveProfileSettings, saveTrustedHost } from "../../src/node/config.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "fedbucket-config-"))));
afterEach(() => rm(folder, { recursive: true }));

test("no file is an empty one", async () => {
  expect(await readConfig(folder)).toEqual({ profiles: {}, trustedHosts: [] });
});

test("what is saved is read again", async () => {
  await saveProfileSettings(folder, "mine", { site: "https://keystone.example/v3", clientId: "me" });
  await saveTrustedHost(folder, "keystone.example");
  expect(await readConfig(folder)).toEqual({
    profiles: { mine: { site: "https://keystone.example/v3", clientId: "me" } },
    trustedHosts: ["keystone.example"],
  });
});

test("comments and keys of the person survive a change", async () => {
  await writeFile(configFile(folder), '# mine\nformat = 1\n\n[profiles.work] # at work\nsite = "A"\nnote = "keep"\n');
  await saveProfileSettings(folder, "work", { site: "B" });
  const text = await readFile(configFile(folder), "utf8");
  for (const kept of ["# mine", "# at work", 'note = "keep"', 'site = "B"']) expect(text).toContain(kept);
});

test.each([
  ["a broken line", "format = 1\nprofiles = = 2\n", "CONFIG_BROKEN", "line 2"],
  ["a wrong type", "[profiles.work]\nsite = 3\n", "CONFIG_BROKEN", "profiles.work.site"],
  ["a newer format", "format = 2\n", "CONFIG_NEWER", "newer"],
])("%s is named, and the file stays", async (_, text, code, words) => {
  await writeFile(configFile(folder), text);
  await expect(readConfig(folder)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  await expect(saveTrustedHost(folder, "h")).rejects.toMatchObject({ code });
  expect(await readFile(configFile(folder), "utf8")).toBe(text);
});
