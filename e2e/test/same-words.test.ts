/** A failure has one name, one sentence and one cure, whichever command meets it. */
import { expect, test } from "vitest";
import { type FaultName, faultSwitch } from "../harness/faults.ts";
import { type PersonAtSandbox, personAtSandbox, type Ran } from "../harness/person.ts";
import { connectByDevice } from "../harness/sign-in.ts";

const onTheToken = ["token check", "token list-vos"];
const onKeystone = ["keystone token", "keystone projects"];
const onTheProject = ["keystone catalog", "keys list", "keys create", "keys rotate", "env", "ls --via swift"];
const onTheStore = [
  "connect",
  "ls",
  "ls s3://WG1",
  "find s3://WG1",
  "du s3://WG1",
  "stat s3://WG1/x",
  "cp - s3://WG1/x",
  "cp s3://WG1/x copy",
  "mv s3://WG1/x moved",
  "rm s3://WG1/x",
  "mb s3://new-one",
  "rb s3://WG1",
  "uploads list s3://WG1",
  "zarr check s3://WG1",
  "keys rotate",
];
const throughTheChain = [...onTheProject, "connect", "credentials", "ls", "cp - s3://WG1/x"];

interface Said {
  readonly code: string;
  readonly message: string;
  readonly cure: readonly string[];
}

/** Without the id of the request, which is another each time. */
function failureIn({ stderr }: Ran): Said | undefined {
  const line = stderr.split("\n").find((each) => each.startsWith('{"error"'));
  if (line === undefined) return undefined;
  const { code, message, cure } = (JSON.parse(line) as { error: Said }).error;
  return { code, message, cure };
}

const asked = (words: string): string => `${words} ${words === "connect" ? "" : "--profile "}sandbox --json`;

/** What each command line says that says something else than doctor. */
async function othersThanDoctor(
  person: PersonAtSandbox,
  lines: readonly string[],
  env: Record<string, string>,
): Promise<unknown> {
  const doctor = failureIn(await person.run("doctor sandbox --json", { env }));
  expect(doctor).toBeDefined();
  const said: Record<string, unknown> = {};
  for (const line of lines) {
    const failure = failureIn(await person.run(asked(line), { env, stdin: "x" }));
    if (JSON.stringify(failure) !== JSON.stringify(doctor)) said[line] = { said: failure, doctor };
  }
  return said;
}

/** They do not fail at once: what comes by a pipe, for one, cannot be had again, so that `cp -` outlasts minutes of it. */
const outlastBusyStores = ["keys rotate", "cp - s3://WG1/x"];

test.each<[FaultName, readonly string[]]>([
  ["issuer: a proxy answers", onTheToken],
  ["store: overloaded", onTheStore.filter((line) => !outlastBusyStores.includes(line))],
  ["store: Swift only", onTheStore],
  ["store: a proxy answers", onTheStore],
])("%s, after connecting", async (fault, lines) => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  await connectByDevice(person);
  breaker.break(fault);
  expect(await othersThanDoctor(person, lines, {})).toEqual({});
});

test.each<[FaultName, readonly string[]]>([
  ["keystone: mapping refuses", [...onKeystone, ...throughTheChain]],
  ["keystone: unknown protocol", [...onKeystone, ...throughTheChain]],
  ["keystone: unknown provider", [...onKeystone, ...throughTheChain]],
  ["keystone: calls it a bad request", [...onKeystone, ...throughTheChain]],
  ["keystone: a proxy answers", [...onKeystone, ...throughTheChain]],
  ["keystone: overloaded", onKeystone],
  ["keystone: no projects", throughTheChain],
  ["keystone: two projects", throughTheChain],
  ["keystone: no role in the project", throughTheChain],
  ["catalog: no object store", throughTheChain],
  ["catalog: object stores of two regions", throughTheChain],
])("%s, for somebody with a token who never connected", async (fault, lines) => {
  const breaker = faultSwitch();
  await using person = await personAtSandbox({ fault: breaker.fault });
  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  breaker.break(fault);
  expect(await othersThanDoctor(person, lines, env)).toEqual({});
});

test.each<[string, (person: PersonAtSandbox) => Promise<string>]>([
  ["that expired", async ({ sandbox }) => jwt({ iss: sandbox.issuer, exp: Math.round(Date.now() / 1000) - 60 })],
  ["of another issuer", async () => jwt({ iss: "https://aai-dev.egi.eu/auth/realms/egi" })],
  ["that is an S3 key", async () => "0123456789abcdef0123456789abcdef"],
  [
    "that nobody signed",
    async ({ sandbox }) => jwt({ iss: sandbox.issuer, exp: Math.round(Date.now() / 1000) + 999, sub: "x" }),
  ],
  ["of somebody in another VO", ({ sandbox }) => sandbox.token("dmitri")],
])("a token %s, on every command that needs one and asks nobody", async (_, make) => {
  await using person = await personAtSandbox();
  const env = { OIDC_ACCESS_TOKEN: await make(person) };
  const doctor = failureIn(await person.run("doctor sandbox --json", { env }));
  const lines = doctor?.code === "NOT_IN_VO" ? [...onTheProject, "credentials"] : [...onTheToken, ...onTheProject];
  expect(await othersThanDoctor(person, lines, env)).toEqual({});
});

function jwt(claims: object): string {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encoded({ alg: "RS256" })}.${encoded(claims)}.${"c2ln".repeat(20)}`;
}
