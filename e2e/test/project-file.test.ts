import { expect, test } from "vitest";
import { personAtSandbox } from "../harness/person.ts";
import { standIn } from "../harness/stand-in.ts";

const course = `name = "course"
site = "sandbox"
vo = "vo.pangeo.eu"
bucket = "WG1"
prefix = "group-a/"
`;

const tokenOf = async (person: Awaited<ReturnType<typeof personAtSandbox>>): Promise<Record<string, string>> => ({
  OIDC_ACCESS_TOKEN: await person.sandbox.token(),
});

test("a teacher's file brings a student to the same place, under the file's name", async () => {
  await using person = await personAtSandbox();
  const env = await tokenOf(person);
  await person.run("connect sandbox", { env });
  const made = await person.run("init --bucket WG1 --prefix group-a/ --name course");
  expect(made.code).toBe(0);
  const file = (await person.read("fedbucket.toml")) ?? "";
  expect(file).toContain('bucket = "WG1"');
  expect(file).not.toMatch(/secret_|token *=|eyJ/);

  const joined = await person.run("connect ./fedbucket.toml --json", { env });
  expect(joined.stderr).toContain("./fedbucket.toml asks for name course, site sandbox, vo vo.pangeo.eu");
  expect(JSON.parse(joined.stdout)).toMatchObject({ profile: "course", bucket: "WG1", prefix: "group-a/" });
  expect(await person.read(".aws/config")).toContain("[profile course]");
  expect((await person.run("connect ./fedbucket.toml", { env })).code).toBe(0);
});

test("a file from an address, and what to look at next", async () => {
  await using person = await personAtSandbox();
  await using web = await standIn({ "/fedbucket.toml": course });
  const { code, stderr } = await person.run(`connect ${web.origin}/fedbucket.toml`, { env: await tokenOf(person) });
  expect(stderr).toContain("fedbucket ls s3://WG1/group-a/");
  expect(code).toBe(0);
  expect(web.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test("a file that names an unknown Keystone gets no token: not without consent, and then only by name", async () => {
  await using person = await personAtSandbox();
  await using thief = await standIn({});
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const site = `${thief.origin}/v3`;
  await person.write("fedbucket.toml", `name = "gift"\nsite = "${site}"\nissuer = "${person.sandbox.issuer}"\n`);

  const refused = await person.run("connect ./fedbucket.toml", { env });
  expect(refused.stderr).toContain("so your access token is not sent to it");
  expect(refused.stderr).toContain(`fedbucket connect ./fedbucket.toml --trust-host ${new URL(site).host}`);
  expect(refused.code).toBe(4);

  const questions: string[] = [];
  const confirm = (question: string): Promise<boolean> => Promise.resolve(questions.push(question) < 0);
  const prompt = {
    confirm,
    secret: () => Promise.reject(new Error("no")),
    choose: () => Promise.reject(new Error("no")),
  };
  expect((await person.run("connect ./fedbucket.toml", { env, prompt })).code).toBe(4);
  expect(questions).toEqual([
    `${new URL(site).host} is not a site fedbucket knows, and ./fedbucket.toml names it. Send it your access token?`,
  ]);
  expect(thief.requests).toEqual([]);

  await person.run(`connect ./fedbucket.toml --trust-host ${new URL(site).host}`, { env });
  expect(thief.requests.length).toBeGreaterThan(0);
});

test("a file cannot change what a name means that is in use", async () => {
  await using person = await personAtSandbox();
  await person.write("fedbucket.toml", 'name = "pangeo"\nsite = "https://keystone.example.org:5000/v3"\n');
  const { code, stderr } = await person.run("connect ./fedbucket.toml");
  expect(stderr).toContain("you have a profile called pangeo already");
  expect(stderr).toContain("fedbucket connect ./fedbucket.toml --name pangeo-2");
  expect(code).toBe(2);
});

test.each([
  ["a secret by its name", 'site = "sandbox"\naws_secret_access_key = "abcdefgh"', "looks like a secret", "abcdefgh"],
  [
    "a token in a harmless place",
    'site = "sandbox"\nvo = "eyJhbGciOiJ.eyJzdWIiOi.c2ln"',
    "looks like a secret",
    "eyJhb",
  ],
  ["control characters", 'site = "sandbox"\nvo = "a\\u001b[2Jb"', "vo must be a text in quotes", "\u001B"],
  ["no place at all", 'bucket = "x"', "neither a site nor a VO", "?"],
  ["a newer format", 'format = 2\nsite = "sandbox"', "newer fedbucket", "?"],
  ["no TOML", "site = = 1", "is not TOML", "?"],
  ["a web page", "<!doctype html><title>404</title>", "is a web page", "?"],
])("a file with %s is refused in words, without repeating it", async (_name, text, said, never) => {
  await using person = await personAtSandbox();
  await person.write("fedbucket.toml", text);
  const { code, stderr, stdout } = await person.run("connect ./fedbucket.toml");
  expect(stderr).toContain(said);
  expect(stderr + stdout).not.toContain(never);
  expect(code).toBeGreaterThan(0);
});

test("an address that leads elsewhere is not followed; one without encryption is not asked", async () => {
  await using person = await personAtSandbox();
  await using web = await standIn({
    "/short": { status: 302, headers: { location: "https://elsewhere.example/fedbucket.toml" } },
  });
  const moved = await person.run(`connect ${web.origin}/short`);
  expect(moved.stderr).toContain("fedbucket connect https://elsewhere.example/fedbucket.toml");
  expect(moved.code).toBe(5);
  const plain = await person.run("connect http://course.example/fedbucket.toml");
  expect(plain.stderr).toContain("is not an https address");
  expect((await person.run(`connect ${web.origin}/nothing.toml`)).stderr).toContain("answered with status 404");
  expect((await person.run("connect ./nothing.toml")).stderr).toContain("cannot be read here");
});

test("init: the address of the checkout, a badge, a cell and a slide; nothing is written over", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox", { env: await tokenOf(person) });
  await person.write(".git/HEAD", "ref: refs/heads/main\n");
  await person.write(
    ".git/config",
    '[remote "origin"]\n\turl = https://me:hunter2@github.com/pangeo-data/course.git\n',
  );
  const { stdout, stderr } = await person.run("init --bucket WG1");
  const address = "https://raw.githubusercontent.com/pangeo-data/course/main/fedbucket.toml";
  expect(stdout).toContain(`[![Connect with fedbucket](fedbucket.svg)](${address})`);
  expect(stdout).toContain(`!fedbucket connect ${address}`);
  expect(stdout).toContain('fs = s3fs.S3FileSystem(profile="sandbox-WG1")');
  expect(stdout + stderr).not.toContain("hunter2");
  expect(await person.read("fedbucket.svg")).toContain("connect sandbox-WG1");

  const again = await person.run("init --bucket tmp");
  expect(again.stderr).toContain("is there already and says something else");
  expect(again.code).toBe(2);
  expect((await person.run("init --bucket tmp --force --json")).code).toBe(0);
  expect(await person.read("fedbucket.toml")).toContain('bucket = "tmp"');
});
