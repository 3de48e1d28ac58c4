import { expect, test } from "vitest";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";

async function connected(person: PersonAtSandbox, name?: string): Promise<void> {
  const { code, stderr } = await person.run("connect sandbox --token-file -", {
    stdin: await person.sandbox.token(name),
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

test("status: every link, without a request", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  person.forgetRequests();
  const { stdout, code } = await person.run("status");
  for (const word of [
    "Check-in",
    person.sandbox.issuer,
    "vo.pangeo.eu",
    "reader, member",
    "all 5 containers",
    "[default]",
  ]) {
    expect(stdout).toContain(word);
  }
  expect([code, person.requests]).toEqual([0, []]);
  const json = JSON.parse((await person.run("status --json")).stdout);
  expect(json).toMatchObject({
    profile: "sandbox",
    project: { name: "vo.pangeo.eu" },
    aws: { profile: true, default: true },
  });
});

test("status names what would win over the profile", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const { stdout } = await person.run("status", { env: { AWS_ACCESS_KEY_ID: "x", AWS_PROFILE: "work" } });
  expect(stdout).toContain("unset AWS_ACCESS_KEY_ID");
  expect(stdout).toContain("AWS_PROFILE=work chooses another profile");
});

test("nothing connected: commands say what to type", async () => {
  await using person = await personAtSandbox();
  for (const words of ["status", "keys list", "env", "doctor", "token check"]) {
    const { code, stderr } = await person.run(words);
    expect(stderr).toContain("fedbucket connect pangeo");
    expect(code).toBe(2);
  }
});

test("doctor: every link works", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const { code, stderr } = await person.run("doctor");
  expect(stderr.match(/^✓ [\w-]+/gm)?.map((mark) => mark.slice(2))).toEqual([
    "Clock",
    "Check-in",
    "Membership",
    "Keystone",
    "Project",
    "Endpoint",
    "Keys",
    "Store",
    "Tools",
  ]);
  expect(stderr).toContain("Every link works.");
  expect(code).toBe(0);
});

test("doctor: the token ran out, the keys still work; both are said", async () => {
  await using person = await personAtSandbox({ accessTokenSeconds: 2, deviceGrant: false });
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  await person.run("connect sandbox", { env });
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const { code, stderr } = await person.run("doctor", { env });
  expect(stderr).toMatch(/✗ Check-in .* expired at[\s\S]*- Keystone .* answers[\s\S]*✓ Store/);
  expect(code).toBe(4);
});

test("token: check, list-vos, issue", async () => {
  await using person = await personAtSandbox();
  await connected(person, "carla");
  expect((await person.run("token check")).stdout).toMatch(/works at .*\nIt belongs to Carla/);
  expect((await person.run("token list-vos")).stdout).toMatch(/^vo\.pangeo\.eu \(.*\)\nvo\.pangeo\.eu:escience/);
  expect((await person.run("token issue")).stdout).toMatch(/^eyJ[\w.-]+\n$/);
});

test("keystone: token, projects, catalog", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  expect((await person.run("keystone token")).stdout).toMatch(/^gAAAAA[\w=-]+\n$/);
  expect((await person.run("keystone projects")).stdout).toMatch(
    /57102d3e06b7476088fe4924370ae170 +vo\.pangeo\.eu +reader, member +in use/,
  );
  expect((await person.run("keystone catalog")).stdout).toContain(person.sandbox.storageUrl);
});

test("keys: create, list with and without secrets, delete, delete again", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const created = (await person.run("keys create")).stdout.trim();
  expect(created).toMatch(/^[0-9a-f]{32}$/);
  const { stdout } = await person.run("keys list");
  expect(stdout).toMatch(new RegExp(`${created} +\\(hidden\\)`));
  const secrets = JSON.parse((await person.run("keys list --show-secrets --json")).stdout) as {
    keys: { secretAccessKey: string }[];
  };
  for (const { secretAccessKey } of secrets.keys) expect(stdout).not.toContain(secretAccessKey);
  expect((await person.run(`keys delete ${created}`)).code).toBe(0);
  const again = await person.run(`keys delete ${created}`);
  expect(again.stderr).toContain(`you have no keys ${created}`);
  expect(again.code).toBe(5);
});

test("env: what the how-to exports, and the keys; quoted for a shell", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const { stdout } = await person.run("env");
  const { authUrl, projectId, storageUrl, s3Endpoint } = person.sandbox;
  for (const line of [
    `OS_AUTH_URL='${authUrl}'`,
    "OS_AUTH_TYPE='v3oidcaccesstoken'",
    "OS_PROTOCOL='openid'",
    "OS_IDENTITY_PROVIDER='egi.eu'",
    `OS_PROJECT_ID='${projectId}'`,
    `OS_STORAGE_URL='${storageUrl}'`,
    `AWS_ENDPOINT_URL='${s3Endpoint}'`,
  ]) {
    expect(stdout).toContain(`export ${line}\n`);
  }
});

test("env, the access token gone: the Keystone token stands in for it", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  await person.run("connect sandbox", { env });
  const { stdout } = await person.run("env");
  expect(stdout).toContain("OS_AUTH_TYPE='v3token'");
  expect(stdout).toMatch(/OS_TOKEN='gAAAAA/);
});

test("snippet: plain where the default is lent, with the profile where it is not", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  expect((await person.run("snippet xarray")).stdout).toContain('xr.open_zarr("s3://my-bucket/sst.zarr")');
  await person.run("connect sandbox --no-default");
  expect((await person.run("snippet xarray")).stdout).toContain('storage_options={"profile": "sandbox"}');
  expect((await person.run("snippet s3fs")).stdout).toContain('profile="sandbox"');
});

test("logout: the login is gone, the keys still work", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  expect((await person.run("logout")).code).toBe(0);
  expect((await person.run("status")).stdout).toContain("not signed in");
  expect((await person.run("ls")).code).toBe(0);
});

test("keys that died with the membership come back with a login: the same pair, proven anew", async () => {
  const ttlSeconds = 3;
  await using person = await personAtSandbox({ authorizationTtlSeconds: ttlSeconds });
  await connected(person);
  const keysInUse = async (): Promise<string> =>
    JSON.parse((await person.run("credentials --profile sandbox")).stdout).AccessKeyId;
  const before = await keysInUse();
  await new Promise((resolve) => setTimeout(resolve, ttlSeconds * 1000 + 200));
  person.forgetRequests();
  const { code, stdout } = await person.run("ls");
  expect(stdout).toContain("input-data");
  expect(code).toBe(0);
  expect(person.requests.join("\n")).toContain("OS-FEDERATION");
  expect(await keysInUse()).toBe(before);
});

test("no secret in what commands say about themselves", async () => {
  await using person = await personAtSandbox();
  const token = await person.sandbox.token();
  const outputs = [await person.run("connect sandbox --debug --json --token-file -", { stdin: token })];
  const keys = JSON.parse((await person.run("keys list --show-secrets --json")).stdout).keys as {
    secretAccessKey: string;
  }[];
  const keystone = (await person.run("keystone token")).stdout.trim();
  for (const words of [
    "status --json",
    "doctor --debug",
    "keys list --debug",
    "keystone projects --debug",
    "snippet xarray",
    "logout --debug",
    "token check --debug",
    "disconnect sandbox",
  ]) {
    outputs.push(await person.run(words));
  }
  for (const { stdout, stderr } of outputs) {
    for (const secret of [
      token,
      token.split(".")[2] ?? "",
      keystone,
      ...keys.map(({ secretAccessKey }) => secretAccessKey),
    ]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  }
});

test("credentials, hours later: the membership is renewed and the keys are proven", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const state = (await person.read("fedbucket/state/profiles/sandbox.json")) ?? "";
  const aged = state.replace(/("loggedInAt": ")[^"]*/, `$1${new Date(Date.now() - 7 * 3_600_000).toISOString()}`);
  await person.write("fedbucket/state/profiles/sandbox.json", aged);
  person.forgetRequests();
  const { code, stdout } = await person.run("credentials --profile sandbox", { env });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 1 });
  expect(person.requests.map((line) => line.split("/").at(-1))).toEqual(["auth", ""]);
});

test("credentials, hours later and nobody signed in: the keys may still work, so they are lent", async () => {
  await using person = await personAtSandbox();
  await connected(person);
  const now = (): Date => new Date(Date.now() + 7 * 3_600_000);
  const { code, stdout } = await person.run("credentials --profile sandbox", { now });
  expect(JSON.parse(stdout)).toMatchObject({ AccessKeyId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(code).toBe(0);
});

test("credentials of a profile that is not connected: the cure on stderr, nothing on stdout", async () => {
  await using person = await personAtSandbox();
  const { code, stdout, stderr } = await person.run("credentials --profile sandbox");
  expect(stdout).toBe("");
  expect(stderr).toContain("fedbucket connect sandbox");
  expect(code).toBe(4);
});
