import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signIn } from "../demo/browser.ts";
import { faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";

const tokenOf = (person: PersonAtSandbox, name?: string): Promise<string> => person.sandbox.token(name);

/** Keys the person has at the site, as the site says. */
async function keysOf(person: PersonAtSandbox): Promise<{ accessKeyId: string; inUse: boolean }[]> {
  const { stdout, stderr } = await person.run("keys list --profile sandbox --json");
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { keys: { accessKeyId: string; inUse: boolean }[] }).keys;
}

test("connect, a token in hand and nothing else: six requests, the last one signed", async () => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  expect(stderr).toContain("read, change and delete all 5 containers of project vo.pangeo.eu");
  expect(code).toBe(0);
  const requests = person.requests.map((line) => line.replace(/\/users\/\w+\//, "/users/USER/"));
  const [first, ...others] = requests.filter((line) => line !== "GET /v3/users/USER/credentials/OS-EC2");
  expect(first).toBe("POST /v3/OS-FEDERATION/identity_providers/egi.eu/protocols/openid/auth");
  expect(requests).toHaveLength(6); // the keys are listed while the project is found
  expect(others).toEqual([
    "GET /v3/auth/projects",
    "POST /v3/auth/tokens",
    "POST /v3/users/USER/credentials/OS-EC2",
    "GET /",
  ]);
});

test("connect, the project given: five requests", async () => {
  await using person = await personAtSandbox();
  const { projectId } = person.sandbox;
  await person.run(`connect sandbox --project ${projectId} --token-file -`, { stdin: await tokenOf(person) });
  expect(person.requests).toHaveLength(5);
});

test("connect, keys there already: five requests and no second key", async () => {
  await using first = await personAtSandbox();
  const token = await tokenOf(first);
  await first.run("connect sandbox --token-file -", { stdin: token });
  await first.run("disconnect sandbox");
  first.forgetRequests();
  const { stderr } = await first.run("connect sandbox --token-file -", { stdin: token });
  expect(stderr).toMatch(/Keys .* reused/);
  expect(first.requests).toHaveLength(5);
  expect(await keysOf(first)).toHaveLength(1);
});

test("connect again: one request, no second key, the same file", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  const before = await person.read(".aws/config");
  person.forgetRequests();
  expect((await person.run("connect sandbox")).code).toBe(0);
  expect(person.requests).toEqual(["GET /"]);
  expect(await person.read(".aws/config")).toBe(before);
  expect(await keysOf(person)).toHaveLength(1);
});

test("two connects at once: one key", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await tokenOf(person) };
  const both = await Promise.all([person.run("connect sandbox", { env }), person.run("connect sandbox", { env })]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await person.run("keys list --json", { env }).then(({ stdout }) => JSON.parse(stdout).keys)).toHaveLength(1);
});

test("device login: the person signs in elsewhere, and the login renews itself", async () => {
  await using person = await personAtSandbox({ accessTokenSeconds: 30 });
  let page: Promise<string> | undefined;
  const follow = (text: string): void => {
    const link = /https?:\/\/\S*user_code=[\w-]+/.exec(text)?.[0];
    const { passphrase, people } = person.sandbox;
    if (link !== undefined) page = signIn(link, { username: people[0]?.username ?? "", passphrase });
  };
  const { code, stderr } = await person.run("connect sandbox", { onStderr: follow });
  expect(stderr).toContain("signed in as Alice Martin (device login)");
  expect(code).toBe(0);
  await page;
  expect(person.opened).toHaveLength(1);
  person.forgetRequests();
  const issued = await person.run("token issue");
  expect(issued.stdout).toMatch(/^eyJ/);
  expect(person.requests.some((line) => line.endsWith("/token"))).toBe(true);
});

test("no client id and nobody to ask: the failure says where to get a token and what to type", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  const { code, stderr } = await person.run("connect sandbox");
  expect(code).toBe(4);
  expect(stderr).toContain(new URL("/token/", person.sandbox.issuer).href);
  expect(stderr).toContain("fedbucket connect sandbox --token-file FILE");
});

test("device grant off: one hidden paste, whatever comes along with it", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  const token = await tokenOf(person);
  for (const pasted of [
    token,
    `\`${token}\``,
    `"${token}"`,
    `Bearer ${token}`,
    ` ${token}\n`,
    `export OIDC_ACCESS_TOKEN=${token}`,
  ]) {
    const prompt = {
      secret: async () => pasted,
      choose: async () => Promise.reject(new Error("nothing to choose")),
      confirm: async () => Promise.reject(new Error("nothing to confirm")),
    };
    const { code, stderr } = await person.run("connect sandbox", { prompt });
    expect(stderr).not.toContain(token);
    expect(code).toBe(0);
    await person.run("disconnect sandbox");
  }
});

test.each([
  ["", 2, "is empty"],
  ["word", 2, "is no token"],
  ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRw", 2, "the rest is missing"],
  ["0123456789abcdef0123456789abcdef", 2, "S3 access key"],
  [`gAAAAA${"B".repeat(60)}`, 2, "Keystone token"],
])("token-file %j is refused by its shape, before any request", async (text, exit, words) => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: text });
  expect(stderr).toContain(words);
  expect(code).toBe(exit);
  expect(person.requests).toEqual([]);
  expect(await person.read(".aws/config")).toBeUndefined();
});

test("an expired token in the environment: named, with the moment, and no request", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  const env = { OIDC_ACCESS_TOKEN: await tokenOf(person) };
  const now = (): Date => new Date(Date.now() + 2 * 3_600_000);
  const { code, stderr } = await person.run("connect sandbox", { env, now });
  expect(stderr).toContain("OIDC_ACCESS_TOKEN holds a token that expired at");
  expect(code).toBe(4);
  expect(person.requests).toEqual([]);
});

test("a token of another issuer is not sent to anybody", async () => {
  await using elsewhere = await personAtSandbox();
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await tokenOf(elsewhere) };
  const { code, stderr } = await person.run("connect sandbox", { env });
  expect(stderr).toContain(elsewhere.sandbox.issuer);
  expect(code).toBe(4);
  expect(person.requests).toEqual([]);
});

test.each([
  ["dmitri", "is not a member of vo.pangeo.eu, only of vo.notebooks.egi.eu"],
  ["elena", "is not a member of any virtual organisation"],
])("%s: %s", async (name, words) => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person, name) });
  expect(stderr).toContain(words);
  expect(stderr).toContain("fedbucket enroll vo.pangeo.eu");
  expect(code).toBe(4);
});

test("a project that is not mine: those I have, as commands", async () => {
  await using person = await personAtSandbox();
  const stdin = await tokenOf(person);
  const { code, stderr } = await person.run("connect sandbox --project vo.pango.eu --token-file -", { stdin });
  expect(stderr).toContain("Did you mean vo.pangeo.eu?");
  expect(stderr).toContain("fedbucket connect sandbox --project vo.pangeo.eu");
  expect(code).toBe(5);
});

test("keys without authorization_ttl: made, refused by the store, explained, and not made twice", async () => {
  await using person = await personAtSandbox({ authorizationTtlSeconds: 0 });
  const stdin = await tokenOf(person);
  const first = await person.run("connect sandbox --token-file -", { stdin });
  expect(first.stderr).toContain("does not keep the membership");
  expect(first.stderr).toContain("egi.eu needs `authorization_ttl`");
  expect(first.code).toBe(1);
  await person.run("connect sandbox");
  expect(await keysOf(person)).toHaveLength(1);
});

test("keys that Keystone stands by and the store refuses from the first: what the site's operator must set", async () => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  breaker.break("store: refuses the keys");
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  expect(stderr).toContain("operator of sandbox");
  expect(stderr).toContain("role `service`");
  expect(code).toBe(1);
});

test("another person's token that does not work out: the connection there was goes on", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person, "alice") });
  const { code } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person, "elena") });
  expect(code).toBe(4);
  const { stdout } = await person.run("ls");
  expect(stdout).toContain("input-data");
});

test("another person's token starts that person's connection", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person, "alice") });
  const { stderr, code } = await person.run("connect sandbox", {
    env: { OIDC_ACCESS_TOKEN: await tokenOf(person, "bruno") },
  });
  expect(stderr).toContain("belongs to somebody else");
  expect(stderr).toContain("vo.pangeo.eu-escience");
  expect(code).toBe(0);
});

test.each([
  ["connect sandox", "Did you mean sandbox?"],
  ["connect --vo vo.pango.eu", "Did you mean vo.pangeo.eu?"],
  ["connect --site CESNET-MCCG3", "Did you mean CESNET-MCCG2?"],
])("%s: %s", async (words, said) => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run(words);
  expect(stderr).toContain(said);
  expect(code).toBe(5);
});

test("old names are taken for today's, and said so", async () => {
  await using person = await personAtSandbox();
  const old = [
    "connect --site identity.cloud.muni.cz",
    "--vo vo.pangeo.egi.eu",
    "--project 57102d3e06b7476088fe4924370ae170",
  ];
  const { code, stderr } = await person.run(old.join(" "));
  expect(stderr).toContain("moved to CESNET-MCCG2");
  expect(stderr).toContain("is called vo.pangeo.eu");
  expect(stderr).toContain("belonged to the closed site");
  expect(code).toBe(4); // nobody is signed in at the real Check-in
  expect(person.requests).toEqual([]);
});

test("a token does not go to a host nobody confirmed", async () => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("connect mine --site https://keystone.example.org/v3");
  expect(stderr).toContain("--trust-host keystone.example.org");
  expect(code).toBe(4);
});

test("files: state only for its owner, the AWS config with an absolute command", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  const modeOf = async (path: string): Promise<number> => (await stat(join(person.home, path))).mode & 0o777;
  expect(await modeOf("fedbucket/state/profiles")).toBe(0o700);
  expect(await modeOf("fedbucket/state/profiles/sandbox.json")).toBe(0o600);
  expect(await person.read(".aws/config")).toMatch(
    /credential_process = \/.* \/.*fedbucket\.cjs credentials --profile sandbox/,
  );
});

test("credentials: from what is remembered, with an expiry an hour ahead, and no request", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  person.forgetRequests();
  const { stdout } = await person.run("credentials --profile sandbox");
  const { Version, AccessKeyId, Expiration } = JSON.parse(stdout);
  expect({ Version, AccessKeyId }).toEqual({ Version: 1, AccessKeyId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(Date.parse(Expiration) - Date.now()).toBeGreaterThan(16 * 60_000);
  expect(person.requests).toEqual([]);
});

test("a key deleted behind our back heals with the next command", async () => {
  await using person = await personAtSandbox();
  await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  const [key] = await keysOf(person);
  expect(person.sandbox.deleteKey(key?.accessKeyId ?? "")).toBe(true);
  const { code, stdout, stderr } = await person.run("ls");
  expect(stderr).toBe("");
  expect(stdout).toContain("input-data");
  expect(code).toBe(0);
  const [healed] = await keysOf(person);
  expect(healed?.accessKeyId).not.toBe(key?.accessKeyId);
  expect(JSON.parse((await person.run("credentials --profile sandbox")).stdout).AccessKeyId).toBe(healed?.accessKeyId);
});

test("Ctrl-C in the middle: interrupted, no lock left, and the next connect finds the key that was made", async () => {
  const interruption = new AbortController();
  await using person = await personAtSandbox({
    fault: ({ request, moment }) => {
      if (moment === "response" && request.method === "POST" && request.path.endsWith("/OS-EC2")) interruption.abort();
      return undefined;
    },
  });
  const stdin = await tokenOf(person);
  const stopped = await person.run("connect sandbox --token-file -", { stdin, signal: interruption.signal });
  expect(stopped.code).toBe(130);
  expect(await person.read(".aws/config")).toBeUndefined();
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin });
  expect(stderr).toMatch(/Keys .* reused/);
  expect(code).toBe(0);
});

test("disconnect: the AWS config is what it was, the key stays at the site; --delete-keys takes it along", async () => {
  await using person = await personAtSandbox();
  const own = "# mine\n[profile work]\nregion = eu-west-1\n";
  await person.write(".aws/config", own);
  const stdin = await tokenOf(person);
  await person.run("connect sandbox --token-file -", { stdin });
  await person.run("disconnect sandbox");
  expect(await person.read(".aws/config")).toBe(own);
  expect(await person.read("fedbucket/state/profiles/sandbox.json")).toBeUndefined();
  await person.run("connect sandbox --token-file -", { stdin });
  expect(await keysOf(person)).toHaveLength(1);
  await person.run("disconnect sandbox");
  await person.run("connect sandbox --token-file -", { stdin });
  const { stderr } = await person.run("disconnect sandbox --delete-keys");
  expect(stderr).toContain("disconnected");
});

test("somebody else's AWS profile of the same name: refused before anything happens", async () => {
  await using person = await personAtSandbox();
  const own = "[profile sandbox]\nregion = eu-west-1\n";
  await person.write(".aws/config", own);
  const { code, stderr } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  expect(stderr).toContain("[profile sandbox] that fedbucket did not write");
  expect(code).toBe(2);
  expect(await person.read(".aws/config")).toBe(own);
  expect(person.requests).toEqual([]);
});

test("a default of one's own stays, and the two cures are printed", async () => {
  await using person = await personAtSandbox();
  await person.write(".aws/credentials", "[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
  const { stderr } = await person.run("connect sandbox --token-file -", { stdin: await tokenOf(person) });
  expect(stderr).toContain("export AWS_PROFILE=sandbox");
  expect(stderr).toContain('storage_options={"profile": "sandbox"}');
  expect(await person.read(".aws/config")).not.toContain("[default]");
});

test("no sandbox: the failure says how to start one", async () => {
  await using person = await personAtSandbox();
  await person.write("fedbucket/state/sandbox.json", "{}");
  const { code, stderr } = await person.run("connect sandbox");
  expect(stderr).toContain("fedbucket sandbox up");
  expect(code).toBe(5);
});

test("no home: said in words", async () => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("connect sandbox", {
    env: { HOME: "", FEDBUCKET_HOME: "", USERPROFILE: "" },
  });
  expect(stderr).toContain("there is no home folder");
  expect(code).toBe(2);
});

test("a config file broken by hand: the line is named and the file stays", async () => {
  await using person = await personAtSandbox();
  const broken = "format = 1\nprofiles = = 2\n";
  await person.write("fedbucket/config/config.toml", broken);
  const { code, stderr } = await person.run("connect sandbox");
  expect(stderr).toContain("line 2");
  expect(code).toBe(1);
  expect(await person.read("fedbucket/config/config.toml")).toBe(broken);
});

test("state that was cut short is kept aside, and connecting again finds the same key", async () => {
  await using person = await personAtSandbox();
  const stdin = await tokenOf(person);
  await person.run("connect sandbox --token-file -", { stdin });
  await person.write("fedbucket/state/profiles/sandbox.json", '{"format": 1, "sta');
  const { code, stderr } = await person.run("status --profile sandbox");
  expect(stderr).toContain("was damaged; it is kept as");
  expect(code).toBe(1);
  expect(await person.read("fedbucket/state/profiles/sandbox.json.broken")).toContain('"sta');
  expect((await person.run("connect sandbox --token-file -", { stdin })).stderr).toMatch(/Keys .* reused/);
});

test("state of a newer fedbucket is refused and left alone", async () => {
  await using person = await personAtSandbox();
  await person.write("fedbucket/state/profiles/sandbox.json", '{"format": 2}');
  const { code, stderr } = await person.run("connect sandbox", { env: { OIDC_ACCESS_TOKEN: await tokenOf(person) } });
  expect(stderr).toContain("newer fedbucket");
  expect(code).toBe(1);
  expect(await person.read("fedbucket/state/profiles/sandbox.json")).toBe('{"format": 2}');
});

test("a profile that was changed to another project: its keys are found or made by the next command", async () => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token("carla") };
  expect((await person.run("connect sandbox", { env })).code).toBe(0);
  const before = await person.run("ls", { env });
  expect(before.stdout).toContain("WG1");
  const config = 'format = 1\n[profiles.sandbox]\nsite = "sandbox"\nproject = "vo.pangeo.eu-escience"\n';
  await person.write("fedbucket/config/config.toml", config);
  expect(await person.run("ls", { env })).toMatchObject({ code: 0, stdout: "" });
  expect((await person.run("mb s3://maps", { env })).code).toBe(0);
  expect((await person.run("ls", { env })).stdout).toContain("maps");
  expect((await person.run("doctor", { env })).code).toBe(0);
});
