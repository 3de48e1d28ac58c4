import { expect, test } from "vitest";
import { personAtSandbox, type PersonAtSandbox } from "../harness/person.ts";

interface Secret {
  readonly kind: string;
  readonly state: string;
  readonly places: readonly { file: string; where?: string; line: number }[];
  readonly ended?: string;
  readonly notEnded?: string;
}

const connected = async (): Promise<PersonAtSandbox> => {
  const person = await personAtSandbox();
  await person.run("connect sandbox", { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } });
  return person;
};

const keysOf = async (person: PersonAtSandbox): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
  const { stdout } = await person.run("keys list --json --show-secrets");
  const { keys } = JSON.parse(stdout) as { keys: { accessKeyId: string; secretAccessKey: string; inUse: boolean }[] };
  const pair = keys.find(({ inUse }) => inUse);
  if (pair === undefined) throw new Error("no keys");
  return pair;
};

const notebook = (...lines: string[]): string =>
  JSON.stringify({ cells: [{ cell_type: "code", source: lines.join("\n"), outputs: [] }], nbformat: 4 });

const scanned = async (
  person: PersonAtSandbox,
  words: string,
  env: Record<string, string> = {},
): Promise<{ secrets: readonly Secret[]; code: number; all: string }> => {
  const { stdout, stderr, code } = await person.run(`${words} --json`, { env });
  return { ...(JSON.parse(stdout) as { secrets: Secret[] }), code, all: stdout + stderr };
};

test("scan: a token in a notebook and keys in ~/.aws, alive; neither is printed", async () => {
  await using person = await connected();
  const [token, pair] = [await person.sandbox.token(), await keysOf(person)];
  await person.write("analysis.ipynb", notebook("import os", `os.environ["OIDC_ACCESS_TOKEN"] = "${token}"`));
  const { accessKeyId, secretAccessKey } = pair;
  const credentials = `[x]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await person.write(".aws/credentials", credentials);

  const { stdout, stderr, code } = await person.run("scan analysis.ipynb .aws");
  expect(stdout).toContain("in analysis.ipynb, cell 1, line 2");
  expect(stdout).toContain("in .aws/credentials, line 3");
  expect(stdout).toMatch(/access token: alive \(.* takes it as Alice Martin, until /);
  expect(stdout).toMatch(/S3 keys \w{4}…\w{4}: alive \(yours at sandbox/);
  expect(stdout).toContain(
    "Swift as shipped refuses deleted keys at once, Ceph RGW may accept them for up to 5 minutes more",
  );
  expect(stderr).toContain("2 secrets may still open something");
  for (const hidden of [token, secretAccessKey, accessKeyId]) expect(stdout + stderr).not.toContain(hidden);
  expect(code).toBe(1);
});

test("scan --revoke: the token is revoked, keys in use are rotated and tools go on", async () => {
  await using person = await connected();
  const [token, before] = [await person.sandbox.token(), await keysOf(person)];
  await person.write("a.py", `key="${before.accessKeyId}"\nsecret="${before.secretAccessKey}"\ntoken="${token}"\n`);
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const { secrets, code, all } = await scanned(person, "scan a.py --revoke --yes", env);
  expect(secrets.map(({ kind, ended }) => [kind, ended])).toEqual([
    ["access-token", "revoked"],
    ["s3-keys", "rotated"],
  ]);
  expect(all).not.toContain(before.secretAccessKey);
  expect(code).toBe(0);
  expect((await keysOf(person)).accessKeyId).not.toBe(before.accessKeyId);
  expect((await person.run("ls")).code).toBe(0);

  const again = await scanned(person, "scan a.py", env);
  expect(again.secrets.map(({ state }) => state)).toEqual(["dead", "dead"]);
  expect(again.code).toBe(0);
});

test("scan: a Keystone token is asked for at the profile's Keystone, and ended there", async () => {
  await using person = await connected();
  const token = (await person.run("keystone token")).stdout.trim();
  await person.write("swift.ipynb", notebook(`OS_AUTH_TOKEN = "${token}"`));
  expect((await scanned(person, "scan swift.ipynb")).secrets).toMatchObject([
    { kind: "keystone-token", state: "alive" },
  ]);
  const ended = await scanned(person, "scan swift.ipynb --revoke --yes");
  expect(ended.secrets).toMatchObject([{ ended: "revoked" }]);
  expect((await scanned(person, "scan swift.ipynb")).secrets).toMatchObject([{ state: "dead" }]);
});

test("scan: a token of another issuer is shown to nobody", async () => {
  await using person = await connected();
  await using other = await personAtSandbox();
  await person.write("a.txt", await other.sandbox.token());
  other.forgetRequests();
  const { secrets } = await scanned(person, "scan a.txt");
  expect(secrets).toMatchObject([{ kind: "access-token", state: "unknown" }]);
  expect(other.requests).toEqual([]);
});

test("scan: keys that are deleted, and keys of somebody else", async () => {
  await using person = await connected();
  const pair = await keysOf(person);
  await person.write(
    "gone.sh",
    `aws configure set aws_access_key_id ${pair.accessKeyId}\naws configure set aws_secret_access_key ${pair.secretAccessKey}\n`,
  );
  person.sandbox.deleteKey(pair.accessKeyId);
  const { secrets, code } = await scanned(person, "scan gone.sh");
  expect(secrets).toMatchObject([{ kind: "s3-keys", state: "dead" }]);
  expect(code).toBe(0);
});

test("scan: the same secret in many places is one; folders that people do not write in are passed over", async () => {
  await using person = await connected();
  const token = await person.sandbox.token();
  for (const file of ["a/one.py", "a/two.ipynb", ".git/config", "node_modules/x.js"])
    await person.write(file, file.endsWith(".ipynb") ? notebook(token, token) : token);
  await person.write("data.bin", `\0${token}`);
  const { secrets } = await scanned(person, "scan .");
  expect(secrets.flatMap(({ places }) => places.map(({ file, line }) => `${file} ${line}`))).toEqual([
    "a/one.py 1",
    "a/two.ipynb 1",
    "a/two.ipynb 2",
  ]);
});

test("scan --revoke asks for each, and does nothing without an answer", async () => {
  await using person = await connected();
  await person.write("a.txt", await person.sandbox.token());
  const alone = await person.run("scan a.txt --revoke");
  expect(alone.stderr).toContain("nobody can be asked here what to revoke");
  expect(alone.code).toBe(2);

  const questions: string[] = [];
  const never = (): Promise<never> => Promise.reject(new Error("not asked"));
  const prompt = { secret: never, choose: never, confirm: async (text: string) => questions.push(text) < 0 };
  expect((await person.run("scan a.txt --revoke", { prompt })).code).toBe(1);
  expect(questions).toEqual([expect.stringContaining("End the access token in a.txt, line 1?") as string]);
  expect((await scanned(person, "scan a.txt")).secrets).toMatchObject([{ state: "alive" }]);
});

test("scan with nothing connected, or --offline, asks nobody and still finds", async () => {
  await using person = await personAtSandbox();
  await person.write("a.txt", `OS_ACCESS_TOKEN=${await person.sandbox.token()}`);
  person.forgetRequests();
  const { stdout, stderr, code } = await person.run("scan");
  expect(stderr).toContain("nothing is connected yet, so no server is asked");
  expect(stdout).toContain("access token: unknown (nobody was asked");
  expect(code).toBe(1);
  expect((await person.run("scan --offline a.txt")).code).toBe(1);
  const later = await person.run("scan a.txt --offline", { now: () => new Date(Date.now() + 7_200_000) });
  expect(later.stdout).toContain("access token: dead (expired on");
  expect(later.code).toBe(0);
  expect((await person.run("scan nothing-there")).code).toBe(5);
  expect(person.requests).toEqual([]);
});
