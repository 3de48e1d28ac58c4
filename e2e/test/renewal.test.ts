import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { connectByDevice, followLinks } from "../harness/sign-in.ts";

const stateFile = "fedbucket/state/profiles/sandbox.json";
const minute = 60_000;
const later = (ms: number) => (): Date => new Date(Date.now() + ms);

interface Printed {
  readonly AccessKeyId: string;
  readonly Expiration: string;
}

async function credentials(person: PersonAtSandbox, options: Parameters<PersonAtSandbox["run"]>[1] = {}) {
  const { code, stdout, stderr } = await person.run("credentials --profile sandbox", options);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { ...(JSON.parse(stdout) as Printed), stderr };
}

const federatedLogins = (person: PersonAtSandbox): number =>
  person.requests.filter((line) => line.includes("OS-FEDERATION")).length;

test("credentials, half an hour after the last login: Keystone is logged in to again, once", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  person.forgetRequests();
  await credentials(person, { now: later(29 * minute) });
  expect(person.requests).toEqual([]);
  await credentials(person, { now: later(31 * minute) });
  await credentials(person, { now: later(32 * minute) });
  expect(federatedLogins(person)).toBe(1);
});

test("membershipRenewAfter: a setting of the profile, and what is lent lasts as long", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person, "--membership-renew-after 20m");
  expect(await person.read("fedbucket/config/config.toml")).toContain('membership_renew_after = "20m"');
  person.forgetRequests();
  const now = later(19 * minute);
  const { Expiration } = await credentials(person, { now });
  expect(Math.round((Date.parse(Expiration) - now().getTime()) / minute)).toBe(20);
  await credentials(person, { now: later(21 * minute) });
  expect(federatedLogins(person)).toBe(1);
});

test.each([
  ["5m", 16],
  ["2h", 60],
])("membershipRenewAfter %s: lent for %i minutes", async (setting, minutes) => {
  await using person = await personAtSandbox();
  await connectByDevice(person, `--membership-renew-after ${setting}`);
  const { Expiration } = await credentials(person);
  expect(Math.round((Date.parse(Expiration) - Date.now()) / minute)).toBe(minutes);
});

test("a clock that was put back: it is renewed rather than trusted", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  person.forgetRequests();
  await credentials(person, { now: later(-120 * minute) });
  expect(federatedLogins(person)).toBe(1);
});

test("a lapse that is seen lowers the setting", async () => {
  await using person = await personAtSandbox({ authorizationTtlSeconds: 1 });
  await connectByDevice(person);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await person.run("ls")).code).toBe(0);
  person.forgetRequests();
  await credentials(person, { now: later(2 * minute) });
  expect(federatedLogins(person)).toBe(1);
});

test("a login that was revoked, keys that live on: lent, with one request to sign in again", async () => {
  await using person = await personAtSandbox({
    fault: ({ request, moment }) =>
      refusing && moment === "request" && request.path.endsWith("/token") ? { answer: invalidGrant } : undefined,
  });
  let refusing = false;
  await connectByDevice(person);
  refusing = true;
  const first = await credentials(person, { now: later(90 * minute) });
  expect(first.stderr).toContain("fedbucket connect sandbox");
  expect(first.stderr.match(/fedbucket connect/g)).toHaveLength(1);
  person.forgetRequests();
  const second = await credentials(person, { now: later(90 * minute + 1000) });
  expect(second.stderr).toBe("");
  expect(person.requests).toEqual([]);
});

test("a login that was revoked and a membership that lapsed: one clear request to sign in again", async () => {
  let refusing = false;
  await using person = await personAtSandbox({
    authorizationTtlSeconds: 1,
    accessTokenSeconds: 30,
    fault: ({ request, moment }) =>
      refusing && moment === "request" && request.path.endsWith("/token") ? { answer: invalidGrant } : undefined,
  });
  await connectByDevice(person);
  refusing = true;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { code, stderr } = await person.run("credentials --profile sandbox", { now: later(90 * minute) });
  expect(code).toBe(4);
  expect(stderr).toBe(
    "error: your sign-in has expired and cannot be renewed\n  Sign in again: fedbucket connect sandbox\n",
  );
});

const invalidGrant = {
  status: 400,
  headers: { "Content-Type": "application/json" },
  body: '{"error":"invalid_grant"}',
};

test("the site is down when it is time to renew: the keys of before are lent", async () => {
  let down = false;
  await using person = await personAtSandbox({
    fault: ({ request, moment }) =>
      down && moment === "request" && request.path.includes("OS-FEDERATION")
        ? { answer: { status: 503, headers: { "Retry-After": "60" } } }
        : undefined,
  });
  await connectByDevice(person);
  down = true;
  const { AccessKeyId, stderr } = await credentials(person, { now: later(31 * minute) });
  expect(AccessKeyId).toMatch(/^[0-9a-f]{32}$/);
  expect(stderr).toContain("the keys still work, but could not be renewed");
});

test("keys rotate: both pairs work until nobody can be using the old one, then it is deleted", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const before = await credentials(person);
  const { code, stdout } = await person.run("keys rotate --profile sandbox");
  expect(code).toBe(0);
  const after = await credentials(person);
  expect(after.AccessKeyId).toBe(stdout.trim());
  expect(await keysAtSite(person)).toEqual([before.AccessKeyId, after.AccessKeyId].sort());
  await credentials(person, { now: later(31 * minute) });
  expect(await keysAtSite(person)).toEqual([after.AccessKeyId]);
});

async function keysAtSite(person: PersonAtSandbox): Promise<string[]> {
  const { stdout } = await person.run("keys list --profile sandbox --json");
  return (JSON.parse(stdout) as { keys: { accessKeyId: string }[] }).keys.map(({ accessKeyId }) => accessKeyId).sort();
}

test("login --browser: code and PKCE, the answer on a loopback port", async () => {
  await using person = await personAtSandbox({ accessTokenSeconds: 30 });
  const { onStderr, done } = followLinks(person);
  const { code, stderr } = await person.run("login sandbox --browser", { onStderr });
  await done();
  expect(stderr).toContain("Signed in as Alice Martin");
  expect(code).toBe(0);
  expect((await person.run("token issue --profile sandbox")).stdout).toMatch(/^eyJ/);
});

test("--no-store: no refresh token stays, and one that was there is gone", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  expect(await person.read(stateFile)).toContain("refreshToken");
  const { onStderr, done } = followLinks(person);
  await person.run("connect sandbox --no-store");
  expect(await person.read(stateFile)).not.toContain("refreshToken");
  await person.run("login sandbox --no-store", { onStderr });
  await done();
  expect(await person.read(stateFile)).not.toContain("refreshToken");
});

test("status: which source of tokens is used, which others there are, and what wins over what", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const env = { OS_ACCESS_TOKEN: await person.sandbox.token(), BEARER_TOKEN: "two words" };
  const { stdout } = await person.run("status --profile sandbox", { env });
  expect(stdout).toContain("device login is used; OS_ACCESS_TOKEN too, but device login wins");
  expect(stdout).toContain("the WLCG bearer token cannot be used (BEARER_TOKEN is no bearer token)");
});

test("state that others can read: refused, with the chmod to type", async () => {
  await using person = await personAtSandbox();
  await connectByDevice(person);
  const file = join(person.home, stateFile);
  await chmod(file, 0o644);
  const { code, stderr } = await person.run("credentials --profile sandbox");
  expect(code).toBe(4);
  expect(stderr).toMatch(new RegExp(`\n {2}chmod 600 ${file}\n$`));
  await chmod(file, 0o600);
  await credentials(person);
});
