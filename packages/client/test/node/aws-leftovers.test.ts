import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findAwsLeftovers, leftoversFile, moveAwsLeftovers } from "../../src/node/aws-leftovers.ts";

let home: string;
let credentials: string;
let config: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fedbucket-leftovers-"));
  await mkdir(join(home, ".aws"));
  credentials = join(home, ".aws/credentials");
  config = join(home, ".aws/config");
});
afterEach(() => rm(home, { recursive: true }));

const find = (...sections: string[]): ReturnType<typeof findAwsLeftovers> => findAwsLeftovers({ HOME: home }, sections);
const text = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);

const keys = "aws_access_key_id = AKIAOLD\naws_secret_access_key = old\n";

test("no AWS files: nothing is found", async () => {
  expect(await find("default", "pangeo")).toEqual([]);
});

test("keys of the default and of the profile are found, those of others are not", async () => {
  await writeFile(credentials, `[default]\n${keys}\n[work]\n${keys}\n[pangeo]\naws_secret_access_key = old\n`);
  await writeFile(config, `[default]\n${keys}`);
  expect(await find("default", "pangeo")).toEqual([
    { file: credentials, section: "default", accessKeyId: "AKIAOLD" },
    { file: credentials, section: "pangeo" },
    { file: config, section: "default", accessKeyId: "AKIAOLD" },
  ]);
});

test("moved: the keys and their region go into a private file, every other byte stays", async () => {
  const rest = "# my keys\n[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key=work # mine\n\n";
  await writeFile(credentials, `${rest}[default]\n${keys}`, { mode: 0o644 });
  await writeFile(config, `[default]\nregion = eu-west-1\noutput = json\n${keys}[profile work]\nregion = x\n`);
  await moveAwsLeftovers(await find("default", "pangeo"));
  expect(await text(credentials)).toBe(rest);
  expect(await text(config)).toBe("[default]\noutput = json\n[profile work]\nregion = x\n");
  expect(await text(leftoversFile(credentials))).toBe(`[default]\n${keys}`);
  expect(await text(leftoversFile(config))).toBe(`[default]\nregion = eu-west-1\n${keys}`);
  expect((await stat(leftoversFile(credentials))).mode & 0o777).toBe(0o600);
  expect(await find("default", "pangeo")).toEqual([]);
});

test("a file that held nothing else is removed, and what was moved before is kept", async () => {
  await writeFile(credentials, `[default]\n${keys}`);
  await moveAwsLeftovers(await find("default"));
  expect(await text(credentials)).toBeUndefined();
  await writeFile(credentials, `[default]\naws_secret_access_key = newer`);
  await moveAwsLeftovers(await find("default"));
  expect(await text(leftoversFile(credentials))).toBe(`[default]\n${keys}[default]\naws_secret_access_key = newer\n`);
});
