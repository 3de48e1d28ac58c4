import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";

async function connected(): Promise<PersonAtSandbox> {
  const person = await personAtSandbox();
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await person.sandbox.token() });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return person;
}

/** A JSON Web Token that nobody signed. */
const jwt = (claims: object): string =>
  [{ alg: "RS256" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") +
  `.${"c2ln".repeat(20)}`;

test("a forged token in a file: refused by the issuer's word, and nobody is asked to sign in instead", async () => {
  await using person = await personAtSandbox();
  const stdin = jwt({ iss: person.sandbox.issuer, exp: Math.round(Date.now() / 1000) + 999, sub: "x" });
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin });
  expect(stderr).toContain("access token");
  expect(stderr).not.toContain("Sign in at:");
  expect(code).toBe(4);
  expect(await person.read(".aws/config")).toBeUndefined();
});

test.each([
  ["nosuch", 5, "there is no file"],
  [".", 1, "cannot be read: it is a folder"],
])("--token-file %s: %s", async (file, exit, words) => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run(`connect sandbox --token-file ${file}`);
  expect(stderr).toContain(words);
  expect(code).toBe(exit);
});

test.each([
  ["--site http://10.0.0.1:5000/v3", "Use its https:// address."],
  ["--site http://127.0.0.1:1/v3", "--site http://127.0.0.1:1/v3 --trust-host 127.0.0.1:1"],
  ["--site https://k.example.org --issuer https://i.example.org", "--issuer https://i.example.org --trust-host"],
  ["--site https://k.example.org --trust-host k.example.org --issuer https://i.example.org", "not an issuer fedbucket"],
  ["--site https://k.example.org --issuer nonsense", "is not the address of an OpenID provider"],
  ["--site https://k.example.org --issuer https://u:p@i.example.org", "is not the address of an OpenID provider"],
  ["--vo //what", "cannot be the name of a virtual organisation"],
])("connect mine %s: no request, and the cure", async (options, words) => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run(`connect mine ${options}`);
  expect(stderr).toContain(words);
  expect([2, 4]).toContain(code);
  expect(person.requests).toEqual([]);
});

test("a host that was confirmed is remembered; loopback may be without encryption", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await person.run("connect mine --site http://127.0.0.1:1/v3 --trust-host 127.0.0.1");
  const { stderr } = await person.run("connect mine --site http://127.0.0.1:1/v3 --trust-host 127.0.0.1:1");
  expect(stderr).toContain("you are not signed in");
});

test("enroll: a VO nobody knows, near to one", async () => {
  await using person = await personAtSandbox();
  const { stderr, code } = await person.run("enroll vo.pango.eu --no-browser");
  expect(stderr).toContain("did you mean vo.pangeo.eu?");
  expect(code).toBe(0);
});

test("what the parser refuses: named, with what was meant and what to type; JSON when asked for", async () => {
  await using person = await personAtSandbox();
  const unknown = await person.run("lss");
  expect(unknown).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: unknown command 'lss'\n  Did you mean ls?\n  fedbucket --help\n",
  });
  const { code, stderr } = await person.run("keys list --jsn --json");
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: "WRONG_USAGE",
      message: "unknown option '--jsn'",
      cure: ["Did you mean --json?", "fedbucket keys list --help"],
    },
  });
  expect(code).toBe(2);
});

test.each([
  ["[profile work\nregion = a\n", 1],
  ["region = a\n", 1],
  ["[profile work]\nregion = a\nwhat is this\n", 3],
])("an AWS config that no tool can read, %j: the line is named, the file stays", async (broken, line) => {
  await using person = await personAtSandbox();
  await person.write(".aws/config", broken);
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await person.sandbox.token() });
  expect(stderr).toContain(`.aws/config, line ${line} is neither`);
  expect(code).toBe(1);
  expect(await person.read(".aws/config")).toBe(broken);
  expect(person.requests).toEqual([]);
});

test("a folder where a file should be, or a file where a folder should be: which, and why", async () => {
  await using person = await personAtSandbox();
  const stdin = await person.sandbox.token();
  await mkdir(join(person.home, ".aws/config"), { recursive: true });
  const folder = await person.run("connect sandbox --token-file -", { stdin });
  expect(folder.stderr).toContain(".aws/config cannot be read: it is a folder");
  expect(folder.code).toBe(1);
  await person.write("blocked", "");
  const file = await person.run("connect sandbox --token-file -", {
    stdin,
    env: { AWS_CONFIG_FILE: join(person.home, "blocked/config") },
  });
  expect(file.stderr).toContain("a part of the path is a file");
  expect(file.code).toBe(1);
});

test("two profiles connected at once: both are in the AWS config", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const names = ["one", "two", "three"];
  const ran = await Promise.all(names.map((name) => person.run(`connect ${name} --site sandbox`, { env })));
  expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
  const config = await person.read(".aws/config");
  for (const name of names) expect(config).toContain(`[profile ${name}]`);
  const toml = await person.read("fedbucket/config/config.toml");
  for (const name of names) expect(toml).toContain(name);
});

const names = [
  "with space/and  more .txt",
  "..",
  "../up",
  "a/../b",
  "./x",
  "/leading",
  "//two",
  "ctl\u0001\u001b\nline",
  "plus+percent%20#hash&",
  "é".repeat(512),
];

test.each(names.map((name) => [name.slice(0, 40), name]))("an object called %j: there and back", async (_, name) => {
  await using person = await connected();
  await person.run("mb s3://names");
  const put = await person.run(["cp", "-", `s3://names/${name}`], { stdin: "bytes" });
  expect(put).toMatchObject({ code: 0 });
  // eslint-disable-next-line no-control-regex -- a terminal must not see them
  expect(put.stderr.trimEnd()).not.toMatch(/[\x00-\x1f]/);
  expect((await person.run(["cat", `s3://names/${name}`])).stdout).toBe("bytes");
  const got = await person.run(["cp", `s3://names/${name}`, "./copy"]);
  expect(got).toMatchObject({ code: 0 });
  expect(await person.read("copy")).toBe("bytes");
  const listed = await person.run(["ls", "--json", `s3://names/${name}`]);
  expect((JSON.parse(listed.stdout) as { entries: { key: string }[] }).entries.map(({ key }) => key)).toEqual([name]);
  expect((await person.run(["rm", `s3://names/${name}`])).code).toBe(0);
});

test("standard input into a folder: it needs a name", async () => {
  await using person = await connected();
  const { code, stderr } = await person.run("cp - s3://WG1/ends/", { stdin: "bytes" });
  expect(stderr).toContain("the object needs a name");
  expect(code).toBe(2);
});

test("a name of 1025 bytes: refused by its length, without a request", async () => {
  await using person = await connected();
  person.forgetRequests();
  const { code, stderr } = await person.run(["cp", "-", `s3://WG1/${"é".repeat(512)}x`], { stdin: "x" });
  expect(stderr).toContain("1025 bytes, where 1024 are allowed");
  expect(code).toBe(2);
  expect(person.requests).toEqual([]);
});

test("a name that would lead out of the folder makes no file", async () => {
  await using person = await connected();
  await person.run(["cp", "-", "s3://WG1/a/.."], { stdin: "x" });
  await mkdir(join(person.home, "inner"));
  const { code, stderr } = await person.run(["cp", "s3://WG1/a/..", "inner/"]);
  expect(stderr).toContain("does not end in a name that a file can have here");
  expect(code).toBe(2);
  expect(await readdir(join(person.home, "inner"))).toEqual([]);
});

test("a destination that is a folder takes the name; one where a folder has that name is refused", async () => {
  await using person = await connected();
  await person.run(["cp", "-", "s3://WG1/deep/name"], { stdin: "x" });
  await mkdir(join(person.home, "folder"));
  expect((await person.run("cp s3://WG1/deep/name folder")).code).toBe(0);
  expect(await person.read("folder/name")).toBe("x");
  await mkdir(join(person.home, "other/name"), { recursive: true });
  const { code, stderr } = await person.run("cp s3://WG1/deep/name other");
  expect(stderr).toContain("other/name is a folder");
  expect(code).toBe(2);
});

test("an empty file: there and back, and on Swift", async () => {
  await using person = await connected();
  await person.write("empty", "");
  for (const via of ["s3", "swift"]) {
    expect((await person.run(`cp empty s3://WG1/empty-${via} --via ${via}`)).code).toBe(0);
    expect((await person.run(`cp s3://WG1/empty-${via} copy-${via} --via ${via}`)).code).toBe(0);
    expect(await person.read(`copy-${via}`)).toBe("");
  }
});

test("a disk without room: named, and nothing half written is left", async () => {
  await using person = await connected();
  await person.run(["cp", "-", "s3://WG1/object"], { stdin: "x".repeat(100_000) });
  const full = await person.run("cp s3://WG1/object /dev/full");
  expect(full.stderr).toContain("/dev/full cannot be written: the disk is full");
  expect(full.code).toBe(1);
  const missing = await person.run("cp s3://WG1/object nowhere/object");
  expect(missing.stderr).toContain("there is no such folder");
  expect(missing.code).toBe(1);
});

test("state that cannot be written: which file, and why; nothing else is written either", async () => {
  await using person = await personAtSandbox();
  const state = join(person.home, "fedbucket/state");
  await writeFile(join(person.home, "file"), "");
  await symlink(join(person.home, "file"), join(state, "profiles"));
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await person.sandbox.token() });
  expect(stderr).toContain("state/profiles");
  expect(stderr).toContain("a part of the path is a file");
  expect(code).toBe(1);
  expect(await person.read(".aws/config")).toBeUndefined();
});
