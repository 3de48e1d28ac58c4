import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkAwsProfile, defaultLender, removeAwsProfile, writeAwsProfile } from "../../src/node/aws-config.ts";

let home: string;
const config = (): string => join(home, ".aws/config");
const env = (more: Record<string, string> = {}): Record<string, string> => ({ HOME: home, ...more });
const profile = (name = "pangeo") => ({
  name,
  credentialProcess: `"/opt/my node" "/opt/fedbucket.cjs" credentials --profile ${name}`,
  region: "us-east-1",
  endpointUrl: "https://store.example",
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fedbucket-aws-"));
  await mkdir(join(home, ".aws"));
});
afterEach(() => rm(home, { recursive: true }));

test("no file: profile, services and default are written, readable by the owner only", async () => {
  const { lentDefault, backup } = await writeAwsProfile(env(), profile(), "lend");
  expect([lentDefault, backup]).toEqual([true, undefined]);
  const text = await readFile(config(), "utf8");
  expect(text).toContain("[profile pangeo]\n");
  expect(text).toContain("[services pangeo]\n");
  expect(text).toContain("s3 =\n  endpoint_url = https://store.example\n");
  expect(text.match(/credential_process = "\/opt\/my node"/g)).toHaveLength(2);
  expect((await stat(config())).mode & 0o777).toBe(0o600);
});

test("written twice: the same bytes", async () => {
  await writeAwsProfile(env(), profile(), "lend");
  const first = await readFile(config(), "utf8");
  await writeAwsProfile(env(), profile(), "lend");
  expect(await readFile(config(), "utf8")).toBe(first);
});

test.each([
  [
    "with comments, odd spacing and nested settings",
    "# top\n\n[ profile  work ]\nregion=eu-west-1\n# about s3\ns3 =\n   addressing_style = path\n\n; tail\n",
  ],
  ["with Windows line ends", "[profile work]\r\nregion = eu-west-1\r\n"],
  [
    "with a default that says nothing of credentials",
    "[default]\n# json please\noutput = json\n\n[profile work]\nregion = eu-west-1\n",
  ],
])("a file %s: every byte is kept, and disconnecting gives back the same file", async (_, own) => {
  await writeFile(config(), own, { mode: 0o644 });
  const { backup } = await writeAwsProfile(env(), profile(), "lend");
  const after = await readFile(config(), "utf8");
  for (const line of own.split("\n")) expect(after).toContain(line);
  expect(await readFile(backup ?? "", "utf8")).toBe(own);
  expect((await stat(config())).mode & 0o777).toBe(0o644);
  await writeAwsProfile(env(), profile(), "lend");
  expect(await removeAwsProfile(env(), "pangeo")).toBe(true);
  expect(await readFile(config(), "utf8")).toBe(own);
});

test("the backup is the file of before the first time, not of before the last", async () => {
  await writeFile(config(), "[profile work]\n");
  const { backup } = await writeAwsProfile(env(), profile(), "lend");
  const again = await writeAwsProfile(env(), { ...profile(), endpointUrl: "https://other.example" }, "lend");
  expect(again.backup).toBeUndefined();
  expect(await readFile(backup ?? "", "utf8")).toBe("[profile work]\n");
});

test("a file that was made for us goes with the last profile, and no copy of it is left as what was before", async () => {
  for (const name of ["one", "two"]) {
    const { backup } = await writeAwsProfile(env(), profile(name), "lend");
    expect(backup).toBeUndefined();
  }
  await removeAwsProfile(env(), "one");
  await removeAwsProfile(env(), "two");
  expect(await readdir(join(home, ".aws"))).toEqual([]);
});

test.each([
  ["credentials", "[default]\naws_access_key_id = a\n", ""],
  ["a region", "[default]\nregion = eu-west-1\n", ""],
  ["keys in the credentials file", "", "[default]\naws_access_key_id = a\n"],
])("a default of one's own (%s) stays; --default says so and changes nothing", async (_, text, credentials) => {
  await writeFile(config(), text);
  await writeFile(join(home, ".aws/credentials"), credentials);
  await expect(writeAwsProfile(env(), profile(), "always")).rejects.toMatchObject({ code: "AWS_DEFAULT_NOT_OURS" });
  expect(await readFile(config(), "utf8")).toBe(text);
  const written = await writeAwsProfile(env(), profile(), "lend");
  expect(written.lentDefault).toBe(false);
  expect(written.ownDefault).toContain("[default]");
  expect((await readFile(config(), "utf8")).startsWith(text)).toBe(true);
});

test("keys in the environment: the default is not lent, unless asked for", async () => {
  const own = env({ AWS_ACCESS_KEY_ID: "a" });
  expect((await writeAwsProfile(own, profile(), "lend")).ownDefault).toContain("AWS_ACCESS_KEY_ID");
  expect((await writeAwsProfile(own, profile(), "always")).lentDefault).toBe(true);
});

test("--no-default takes back a default that was lent", async () => {
  await writeAwsProfile(env(), profile(), "lend");
  await writeAwsProfile(env(), profile(), "never");
  expect(await defaultLender(env())).toBeUndefined();
});

test("two profiles: the one connected last lends the default; each is removed alone", async () => {
  await writeAwsProfile(env(), profile("one"), "lend");
  expect(await writeAwsProfile(env(), profile("two"), "lend")).toMatchObject({ tookDefaultFrom: "one" });
  await removeAwsProfile(env(), "one");
  expect(await defaultLender(env())).toBe("two");
  expect(await readFile(config(), "utf8")).toContain("[profile two]");
});

test.each(["[profile pangeo]\nregion = x\n", "[services pangeo]\ns3 =\n  endpoint_url = x\n"])(
  "a section of that name that is not ours is refused: %j",
  async (text) => {
    await writeFile(config(), text);
    await expect(checkAwsProfile(env(), "pangeo")).rejects.toMatchObject({ code: "AWS_PROFILE_NOT_OURS" });
  },
);

test("static keys of that name would win, so they are refused, too", async () => {
  await writeFile(join(home, ".aws/credentials"), "[pangeo]\naws_access_key_id = a\n");
  await expect(checkAwsProfile(env(), "pangeo")).rejects.toMatchObject({ code: "AWS_PROFILE_NOT_OURS" });
});

test("AWS_CONFIG_FILE moves the file, and a symbolic link stays one", async () => {
  const target = join(home, "elsewhere");
  await writeFile(target, "[profile work]\n");
  await symlink(target, join(home, "link"));
  await writeAwsProfile(env({ AWS_CONFIG_FILE: join(home, "link") }), profile(), "lend");
  expect((await lstat(join(home, "link"))).isSymbolicLink()).toBe(true);
  expect(await readFile(target, "utf8")).toContain("[profile pangeo]");
});
