import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type FaultName, faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { connectByDevice } from "../harness/sign-in.ts";

interface Told {
  readonly ok: boolean;
  readonly broken?: { readonly link: string; readonly code: string; readonly cure: readonly string[] };
  readonly links: readonly { readonly link: string; readonly state: string; readonly code?: string }[];
}

async function doctor(person: PersonAtSandbox, options: Parameters<PersonAtSandbox["run"]>[1] = {}): Promise<Told> {
  const { stdout, stderr } = await person.run("doctor sandbox --json", options);
  try {
    return JSON.parse(stdout) as Told;
  } catch {
    throw new Error(`no JSON: ${stdout}${stderr}`);
  }
}

/** The one broken link, as `link CODE`; all of them if there are more. */
const broken = ({ links }: Told): string =>
  links
    .filter(({ state }) => state === "broken")
    .map(({ link, code }) => `${link} ${code}`)
    .join(", ");

const rows: readonly [FaultName, string][] = [
  ["issuer: a proxy answers", "Check-in ISSUER_BROKEN"],
  ["issuer: connections are reset", "Check-in CONNECTION_LOST"],
  ["issuer: access token revoked", "Check-in TOKEN_REFUSED"],
  ["issuer: silent", "Check-in LINK_TOO_SLOW"],
  ["keystone: refuses the token", "Keystone KEYSTONE_REFUSES_TOKEN"],
  ["keystone: mapping refuses", "Keystone KEYSTONE_MAPPING_REFUSES"],
  ["keystone: unknown protocol", "Keystone KEYSTONE_WRONG_PROTOCOL"],
  ["keystone: unknown provider", "Keystone KEYSTONE_UNKNOWN_PROVIDER"],
  ["keystone: overloaded", "Keystone KEYSTONE_TROUBLE"],
  ["keystone: connections are reset", "Keystone CONNECTION_LOST"],
  ["keystone: a proxy answers", "Keystone KEYSTONE_WRONG_ADDRESS"],
  ["keystone: silent", "Keystone LINK_TOO_SLOW"],
  ["keystone: no role in the project", "Project PROJECT_NO_ROLE"],
  ["keystone: no projects", "Project KEYSTONE_NO_PROJECTS"],
  ["keystone: the project is gone", "Project PROJECT_NOT_MINE"],
  ["catalog: no object store", "Endpoint ENDPOINT_MISSING"],
  ["catalog: object stores of two regions", "Endpoint ENDPOINT_AMBIGUOUS"],
  ["catalog: an address of no known form", "Endpoint ENDPOINT_WITHOUT_S3"],
  ["store: Swift only", "Endpoint ENDPOINT_NOT_S3"],
  ["store: a proxy answers", "Endpoint ENDPOINT_NOT_S3"],
  ["store: overloaded", "Endpoint STORE_BUSY"],
  ["store: connections are reset", "Endpoint CONNECTION_LOST"],
  ["store: silent", "Endpoint LINK_TOO_SLOW"],
  ["store: refuses the keys", "Keys KEYS_REFUSED"],
];

test.each(rows)("%s: doctor names %s and no other", async (name, expected) => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  await connectByDevice(person);
  breaker.break(name);
  const told = await doctor(person);
  expect(broken(told)).toBe(expected);
  expect(`${told.broken?.link} ${told.broken?.code}`).toBe(expected);
  expect(told.broken?.cure.length).toBeGreaterThan(0);
  breaker.mend();
  expect((await doctor(person)).ok).toBe(true);
});

test.each<FaultName>(["keystone: overloaded for a moment", "store: overloaded for a moment", "keystone: slow"])(
  "%s: nothing is broken",
  async (name) => {
    const breaker = faultSwitch();
    await using person = await personAtSandbox({ fault: breaker.fault });
    await connectByDevice(person);
    breaker.break(name);
    expect(broken(await doctor(person))).toBe("");
  },
);

test("a refresh token that was revoked: the sign-in, and the keys still work", async () => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault, accessTokenSeconds: 30 });
  await connectByDevice(person);
  breaker.break("issuer: refresh token revoked");
  const told = await doctor(person);
  expect(broken(told)).toBe("Check-in LOGIN_EXPIRED");
  expect(told.links.find(({ link }) => link === "Store")?.state).toBe("ok");
});

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: unknown): string => `${encoded({ alg: "RS256" })}.${encoded(claims)}.c2ln`;

test.each<[string, (person: PersonAtSandbox) => Promise<string> | string, string]>([
  ["missing", () => "", "TOKEN_EMPTY"],
  ["in backticks that a shell has run", () => "", "TOKEN_EMPTY"],
  ["half of it", async ({ sandbox }) => (await sandbox.token()).slice(0, 40), "TOKEN_TRUNCATED"],
  ["an S3 key", () => "0123456789abcdef0123456789abcdef", "TOKEN_IS_S3_KEY"],
  ["Keystone's", () => `gAAAAA${"x".repeat(180)}`, "TOKEN_IS_KEYSTONE_TOKEN"],
  ["an ID token", ({ sandbox }) => jwt({ iss: sandbox.issuer, typ: "ID" }), "TOKEN_IS_ID_TOKEN"],
  ["not yet valid", ({ sandbox }) => jwt({ iss: sandbox.issuer, nbf: Date.now() / 1000 + 999 }), "TOKEN_NOT_YET_VALID"],
  ["expired", ({ sandbox }) => jwt({ iss: sandbox.issuer, exp: Date.now() / 1000 - 60 }), "TOKEN_EXPIRED"],
  ["of another Check-in", () => jwt({ iss: "https://aai-dev.egi.eu/auth/realms/egi" }), "TOKEN_WRONG_ISSUER"],
])("a token that is %s", async (_, make, code) => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await person.run("connect sandbox", { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } });
  const told = await doctor(person, { env: { OIDC_ACCESS_TOKEN: await make(person) } });
  expect(broken(told)).toBe(`Check-in ${code}`);
});

test.each(["`", '"', "'"])("a token in %s marks works", async (mark) => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: `${mark}${await person.sandbox.token()}${mark}` };
  expect((await person.run("connect sandbox", { env })).code).toBe(0);
  expect((await doctor(person, { env })).ok).toBe(true);
});

test("no token at all, and nobody signed in", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await person.run("connect sandbox", { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } });
  expect(broken(await doctor(person))).toBe("Check-in TOKEN_MISSING");
});

test("an agent that hangs is named within seconds", async () => {
  await using person = await personAtSandbox({ deviceGrant: false });
  await person.run("connect sandbox", { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } });
  const socket = join(person.home, "agent.sock");
  const server = createServer().listen(socket);
  await once(server, "listening");
  const told = await doctor(person, { env: { OIDC_SOCK: socket } });
  expect(broken(told)).toBe("Check-in TOKEN_SOURCE_HANGS");
  expect(told.broken?.cure.join()).toContain("unset OIDC_SOCK");
  server.close();
});

test.each([
  ["dmitri", "NOT_IN_VO"],
  ["elena", "NOT_IN_ANY_VO"],
  ["bruno", "SUBGROUP_ONLY"],
])("%s: the membership", async (name, code) => {
  await using person = await personAtSandbox();
  const told = await doctor(person, { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token(name) } });
  expect(`${told.broken?.link} ${told.broken?.code}`).toBe(`Membership ${code}`);
});

test("signed in and no keys yet: the keys, and the command that finds or makes them", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const { stdout } = await person.run("credentials --profile sandbox");
  const { AccessKeyId } = JSON.parse(stdout) as { AccessKeyId: string };
  expect((await person.run(`keys delete ${AccessKeyId} --profile sandbox`)).code).toBe(0);
  const told = await doctor(person);
  expect(broken(told)).toBe("Keys KEYS_NONE");
  expect(told.broken?.cure).toEqual(["fedbucket connect sandbox"]);
});

test("keys that somebody deleted", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const { stdout } = await person.run("credentials --profile sandbox");
  person.sandbox.deleteKey((JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId);
  expect(broken(await doctor(person))).toBe("Keys KEYS_DELETED");
});

test("several projects and none named: the commands that name one", async () => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  breaker.break("keystone: two projects");
  const told = await doctor(person, { env: { OIDC_ACCESS_TOKEN: await person.sandbox.token() } });
  expect(`${told.broken?.link} ${told.broken?.code}`).toBe("Project PROJECT_AMBIGUOUS");
  expect(told.broken?.cure.join("\n")).toMatch(/connect sandbox --project one .*\n.*connect sandbox --project two /);
});

test("the program that the tools' profile runs is gone", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const config = (await person.read(".aws/config")) ?? "";
  await person.write(
    ".aws/config",
    config.replace(/^credential_process = .*$/m, "credential_process = /gone/fedbucket x"),
  );
  const told = await doctor(person);
  expect(broken(told)).toBe("Tools TOOLS_COMMAND_GONE");
  expect(told.broken?.cure).toEqual(["fedbucket connect sandbox"]);
});

test("a clock two hours fast: the clock, and nothing else", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const now = (): Date => new Date(Date.now() + 2 * 3_600_000);
  expect(broken(await doctor(person, { now }))).toBe("Clock CLOCK_SKEW");
});

test.each([
  [{ AWS_ACCESS_KEY_ID: "x" }, "unset AWS_ACCESS_KEY_ID"],
  [{ AWS_PROFILE: "work" }, "export AWS_PROFILE=sandbox"],
])("tools that use something else: %j", async (env, cure) => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const told = await doctor(person, { env });
  expect(broken(told)).toBe("Tools TOOLS_SHADOWED");
  expect(told.broken?.cure).toEqual([cure]);
});

test("a site whose certificate comes from an authority that is not known here", async () => {
  const tls = (file: string): string => join(import.meta.dirname, "../../packages/client/test/node/tls", file);
  await using person = await personAtSandbox();
  const site = createTlsServer({ key: readFileSync(tls("server.key")), cert: readFileSync(tls("server.pem")) });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const host = `localhost:${(site.address() as AddressInfo).port}`;
  await person.write(
    "fedbucket/config/config.toml",
    `format = 1\ntrusted_hosts = ["${host}"]\n[profiles.mine]\nsite = "https://${host}/v3"\nissuer = "${person.sandbox.issuer}"\n`,
  );
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const told = JSON.parse((await person.run("doctor mine --json", { env })).stdout) as Told;
  expect(broken(told)).toBe("Keystone TLS_UNKNOWN_CA");
  expect(told.broken?.cure.join()).toContain("--ca-bundle");
  site.close();
});

test("--bundle: everything for support, and no secret", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const token = (await person.run("token issue --profile sandbox")).stdout.trim();
  const keystone = (await person.run("keystone token --profile sandbox")).stdout.trim();
  const { SecretAccessKey, AccessKeyId } = JSON.parse((await person.run("credentials --profile sandbox")).stdout);
  const env = { OIDC_ACCESS_TOKEN: token };
  expect((await person.run("doctor sandbox --bundle report.json", { env })).code).toBe(0);
  const text = (await person.read("report.json")) ?? "";
  const report = JSON.parse(text) as { links: unknown[]; requests: { url: string }[]; environment: string[] };
  expect(report.links).toHaveLength(9);
  expect(report.requests.map(({ url }) => url)).toContain(`${person.sandbox.s3Endpoint}/`);
  expect(report.environment).toContain("OIDC_ACCESS_TOKEN");
  for (const secret of [token, keystone, SecretAccessKey, AccessKeyId]) expect(text).not.toContain(secret);
});
