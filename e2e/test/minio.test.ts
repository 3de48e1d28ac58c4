/** A connection without a Keystone, as a person at the sandbox's second store has it. */
import { expect, test } from "vitest";
import { signIn } from "../demo/browser.ts";
import { faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox, type Ran } from "../harness/person.ts";

/** Runs a command; whoever is asked to sign in on the way does. */
async function runSigningIn(person: PersonAtSandbox, words: string, username = "alice"): Promise<Ran> {
  let page: Promise<unknown> = Promise.resolve();
  const { passphrase } = person.sandbox;
  const ran = await person.run(words, {
    onStderr(text) {
      const link = /https?:\/\/\S*user_code=\S+/.exec(text)?.[0];
      if (link !== undefined) page = signIn(link, { username, passphrase });
    },
  });
  await page;
  return ran;
}

const connect = (person: PersonAtSandbox): Promise<Ran> => runSigningIn(person, "connect sandbox-minio");

test("connect, work, look, leave: no request to Keystone at any time", async () => {
  await using person = await personAtSandbox();
  const connected = await connect(person);
  expect(connected).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/Keys +\w{4}…\w{4} lent by sandbox until/) as unknown,
  });
  expect(connected.stderr).toContain("these keys can sign requests, and list no buckets yet");
  expect(connected.stderr).toContain("Next:\n  fedbucket mb s3://");
  expect(await person.read(".aws/config")).toContain(`endpoint_url = ${person.sandbox.minio.url}`);

  expect((await person.run("mb s3://alice-data")).code).toBe(0);
  await person.write("notes.txt", "dear diary");
  expect((await person.run("cp notes.txt s3://alice-data/notes.txt")).code).toBe(0);
  expect((await person.run("cat s3://alice-data/notes.txt")).stdout).toBe("dear diary");
  expect((await person.run("ls")).stdout).toContain("alice-data");
  expect(await person.run("mb s3://data")).toMatchObject({ code: 4 });

  const { stdout: status } = await person.run("status");
  expect(status).toMatch(/STS +sandbox, http:\S+, arn:minio:iam:::role\//);
  expect(status).toMatch(/Keys .*lent, good for \d+ min/);
  expect(status).not.toContain("Keystone");
  const doctor = await person.run("doctor");
  expect(doctor).toMatchObject({ code: 0, stderr: expect.stringContaining("Every link works") as unknown });

  const left = await person.run("disconnect sandbox-minio");
  expect(left.stderr).toContain("end by themselves");
  expect(await person.read("fedbucket/state/profiles/sandbox-minio.json")).toBeUndefined();
  expect(await person.read(".aws/config")).toBeUndefined();
  expect(person.requests.filter((line) => line.includes("/v3"))).toEqual([]);
});

test("credentials: with their session token and their own end; no request while they are fresh", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  person.forgetRequests();
  const { stdout } = await person.run("credentials");
  const lent = JSON.parse(stdout) as Record<string, string>;
  expect(Object.keys(lent)).toEqual(["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]);
  expect(Date.parse(lent["Expiration"] ?? "") - Date.now()).toBeGreaterThan(50 * 60_000);
  expect(person.requests).toEqual([]);
  const { stdout: variables } = await person.run("env --json");
  expect(JSON.parse(variables)).toMatchObject({
    AWS_ACCESS_KEY_ID: lent["AccessKeyId"],
    AWS_SESSION_TOKEN: lent["SessionToken"],
    AWS_ENDPOINT_URL: person.sandbox.minio.url,
  });
});

test("credentials near their end are asked for anew, once by many at a time", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  const first = JSON.parse((await person.run("credentials")).stdout) as { AccessKeyId: string };
  person.forgetRequests();
  const later = (): Date => new Date(Date.now() + 45 * 60_000);
  const ran = await Promise.all(Array.from({ length: 5 }, () => person.run("credentials", { now: later })));
  const ids = new Set(ran.map(({ stdout }) => (JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId));
  // Those who come while one renews are lent the keys of before, which work for 15 minutes more.
  ids.delete(first.AccessKeyId);
  expect(ids.size).toBe(1);
  expect(person.requests.filter((line) => line === "POST /")).toHaveLength(1);
});

test("keys that the store forgot: the next command gets others", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  await person.run("mb s3://alice-data");
  const { AccessKeyId } = JSON.parse((await person.run("credentials")).stdout) as { AccessKeyId: string };
  person.sandbox.minio.deleteKey(AccessKeyId);
  expect(await person.run("ls")).toMatchObject({ code: 0, stdout: expect.stringContaining("alice-data") as unknown });
});

test("an access token alone is not enough: said so, with the command to sign in by", async () => {
  await using person = await personAtSandbox();
  const token = await person.sandbox.token();
  const ran = await person.run("connect sandbox-minio --token-file -", { stdin: token });
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("needs an ID token");
  expect(ran.stderr).toContain("fedbucket login sandbox-minio && fedbucket connect sandbox-minio");
});

test("a store that does not know our client: what its operator must set, and what to do meanwhile", async () => {
  await using person = await personAtSandbox();
  const { minio, issuer } = person.sandbox;
  const host = new URL(minio.url).host;
  const words = `connect hub --sts ${minio.url} --issuer ${issuer} --client-id oidc-agent --trust-host ${host} --json`;
  const ran = await runSigningIn(person, words);
  expect(ran.code).toBe(4);
  const failure = ran.stderr.split("\n").find((line) => line.startsWith('{"error"'));
  const { error } = JSON.parse(failure ?? "") as { error: { code: string; cure: string[] } };
  expect(error.code).toBe("STS_REFUSES_CLIENT");
  expect(error.cure).toContain("  MINIO_IDENTITY_OPENID_CLIENT_ID_FEDBUCKET=oidc-agent");
  expect(error.cure).toContain("Then: fedbucket connect hub");
  expect(error.cure.at(-1)).toBe("fedbucket keys import --profile hub");

  const { accessKeyId, secretAccessKey } = minio.consoleKey("alice");
  const imported = await person.run("keys import --profile hub", { stdin: `${accessKeyId} ${secretAccessKey}` });
  expect(imported.code).toBe(0);
  const again = await person.run("connect hub");
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("the keys of before still work") as unknown });
});

test("a role that is the client's own need not be named; another one is not looked for in place of a wrong one", async () => {
  await using person = await personAtSandbox();
  const { minio, issuer } = person.sandbox;
  const host = new URL(minio.url).host;
  const words = `connect hub --sts ${minio.url} --issuer ${issuer} --client-id fedbucket --trust-host ${host}`;
  expect(await runSigningIn(person, `${words} --role-arn none`)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("no role none") as unknown,
  });
  await person.run("disconnect hub");
  await person.write("fedbucket/config/config.toml", "");
  person.forgetRequests();
  expect((await runSigningIn(person, words)).code).toBe(0);
  const lending = (): unknown => person.requests.filter((request) => request === "POST /");
  expect(lending()).toEqual(["POST /", "POST /"]);
  expect((await person.run("status")).stdout).toContain(`${minio.url}, ${minio.roleArn}`);
  person.forgetRequests();
  const { AccessKeyId } = JSON.parse((await person.run("credentials --profile hub")).stdout) as { AccessKeyId: string };
  minio.deleteKey(AccessKeyId);
  expect((await person.run("mb hub:alice-data")).code).toBe(0);
  expect(lending()).toEqual(["POST /"]);
});

test("by the console's own client, rights go by groups: carla's subgroup has buckets of its own", async () => {
  await using person = await personAtSandbox();
  const ran = await runSigningIn(person, "connect by-groups --sts sandbox --role-arn none --client-id minio", "carla");
  expect(ran.code).toBe(0);
  for (const bucket of ["escience-maps", "carla-data"]) expect((await person.run(`mb s3://${bucket}`)).code).toBe(0);
  expect((await person.run("mb s3://alice-data")).code).toBe(4);
});

test("no sandbox: said so, not that its name is no address", async () => {
  await using person = await personAtSandbox();
  await person.write("fedbucket/state/sandbox.json", "");
  for (const words of ["connect sandbox-minio", "connect stranger --sts sandbox"])
    expect((await person.run(words)).stderr).toContain("no sandbox is running");
});

test("somebody without a policy is told which groups count", async () => {
  await using person = await personAtSandbox();
  const { minio, issuer } = person.sandbox;
  const host = new URL(minio.url).host;
  const words = `connect hub --sts ${minio.url} --issuer ${issuer} --client-id minio --trust-host ${host} --vo vo.pangeo.eu`;
  const ran = await runSigningIn(person, words, "dmitri");
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("not a member of vo.pangeo.eu, only of vo.notebooks.egi.eu");
});

test("no token goes to a store that nobody confirmed", async () => {
  await using person = await personAtSandbox();
  const { minio, issuer } = person.sandbox;
  const ran = await person.run(`connect hub --sts ${minio.url.replace("127.0.0.1", "localhost")} --issuer ${issuer}`);
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining("--trust-host localhost:") as unknown });
  expect(person.requests).toEqual([]);
});

test("keys import: two lines or the console's file; then tools have them, and disconnect names them", async () => {
  await using person = await personAtSandbox();
  const pair = person.sandbox.minio.consoleKey("alice");
  const { accessKeyId, secretAccessKey } = pair;
  const imported = await person.run("keys import --profile sandbox-minio", {
    stdin: `${accessKeyId}\n${secretAccessKey}\n`,
  });
  expect(imported.code).toBe(0);
  expect(imported.stderr + imported.stdout).not.toContain(secretAccessKey);
  expect(JSON.parse((await person.run("credentials")).stdout)).toMatchObject({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
  });
  expect((await person.run("mb s3://alice-data")).code).toBe(0);
  expect((await person.run("status")).stdout).toContain("imported");

  const file = JSON.stringify({
    url: "x",
    accessKey: accessKeyId,
    secretKey: secretAccessKey,
    api: "s3v4",
    path: "auto",
  });
  expect((await person.run("keys import --profile sandbox-minio", { stdin: file })).code).toBe(0);
  const left = await person.run("disconnect sandbox-minio --delete-keys");
  expect(left.stderr).toContain(`The key you imported stays valid at the store: ${accessKeyId}`);
});

test("imported keys at a store that lends none, and nobody signed in: doctor looks at what they need, and finds it well", async () => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  const { accessKeyId, secretAccessKey } = person.sandbox.minio.consoleKey("alice");
  await person.run("keys import --profile sandbox-minio", { stdin: `${accessKeyId}\n${secretAccessKey}\n` });
  await person.run("mb s3://alice-data");
  breaker.break("sts: refuses in a way of its own");
  const { code, stderr } = await person.run("doctor");
  expect(stderr).toContain("answers, 1 bucket ");
  expect(stderr).not.toMatch(/STS|Check-in|container/);
  expect(code).toBe(0);
});

test("keys import into a new profile: no token is sent, so nothing has to be confirmed", async () => {
  await using person = await personAtSandbox();
  const { minio } = person.sandbox;
  const { accessKeyId, secretAccessKey } = minio.consoleKey("alice");
  const words = `keys import --profile my-minio --sts ${minio.url.replace("127.0.0.1", "localhost")}`;
  expect((await person.run(words, { stdin: `${accessKeyId}\n${secretAccessKey}` })).code).toBe(0);
  expect(person.requests).toEqual(["GET /"]);
  expect((await person.run("mb s3://alice-data")).code).toBe(0);
});

test("keys import at a terminal: both halves by hidden paste", async () => {
  await using person = await personAtSandbox();
  const { accessKeyId, secretAccessKey } = person.sandbox.minio.consoleKey("alice");
  const halves = [accessKeyId, secretAccessKey];
  const unasked = (): never => {
    throw new Error("nobody asks this here");
  };
  const prompt = { secret: () => Promise.resolve(halves.shift() ?? ""), choose: unasked, confirm: unasked };
  expect(await person.run("keys import --profile sandbox-minio", { prompt })).toMatchObject({ code: 0 });
  expect(halves).toEqual([]);
});

test.each([
  ["nothing", "", "the access key or its secret is missing"],
  ["one half", "AKIA1234", "the access key or its secret is missing"],
  ["a sentence", "this is my key", "more than two words"],
  ["a token", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln x", "a token, not an access key"],
])("keys import of %s: refused, nothing is remembered", async (_, stdin, reason) => {
  await using person = await personAtSandbox();
  const ran = await person.run("keys import --profile sandbox-minio", { stdin });
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) as unknown });
  expect(await person.read(".aws/config")).toBeUndefined();
});

test("keys import of keys that the store does not know: refused, nothing is remembered", async () => {
  await using person = await personAtSandbox();
  const ran = await person.run("keys import --profile sandbox-minio", { stdin: "AKIA1234 wrong" });
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining("does not know this access key") as unknown });
  expect(await person.read(".aws/config")).toBeUndefined();
});

test("what only Keystone has is refused with a reason", async () => {
  await using person = await personAtSandbox();
  await connect(person);
  for (const words of ["keystone projects", "keys list", "keys rotate", "ls --via swift", "configure clouds.yaml"]) {
    expect(await person.run(words)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no Keystone|without OpenStack/) as unknown,
    });
  }
});
