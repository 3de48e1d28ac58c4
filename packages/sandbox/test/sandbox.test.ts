import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../src/index.ts";
import { Browser } from "./checkin/browser.ts";
import { refresh, signIn, userinfo } from "./checkin/flows.ts";

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  folders.push(folder);
  return folder;
}

test("many run at once, each with its own ports, keys and people", async () => {
  await using one = await startSandbox();
  await using two = await startSandbox();
  expect(new Set([one.issuer, one.s3Endpoint, two.issuer, two.s3Endpoint]).size).toBe(4);
  expect((await userinfo(two, await two.token())).status).toBe(200);
  expect((await userinfo(two, await one.token())).status).toBe(401);
  expect(one.passphrase).not.toBe(two.passphrase);
});

test("everything survives a restart on the same port", async () => {
  const folder = await makeFolder();
  // Below the ports that the system hands out by itself, so that nobody takes it in between.
  const port = 10_000 + Math.floor(Math.random() * 4000) * 3;
  const first = await startSandbox({ folder, port });
  const { passphrase, people } = first;
  const tokens = await signIn(first);
  const browser = new Browser();
  await browser.signIn(first, "alice");
  await first.close();

  await using second = await startSandbox({ folder, port });
  expect([second.passphrase, second.people]).toEqual([passphrase, people]);
  expect((await userinfo(second, tokens.access_token)).status).toBe(200);
  expect(await refresh(second, tokens.refresh_token)).toMatchObject({ status: 200 });
  expect(await (await browser.visit(new URL("/token/", second.issuer).href)).text()).toContain("Access token");
});

test("a folder of the format before keeps its people and gets what it lacks", async () => {
  const folder = await makeFolder();
  const { passphrase } = await closed(await startSandbox({ folder }));
  const database = new DatabaseSync(join(folder, "identity.sqlite"));
  database.exec("drop table application_credential; pragma user_version = 1;");
  database.close();
  expect((await closed(await startSandbox({ folder }))).passphrase).toBe(passphrase);
  const upgraded = new DatabaseSync(join(folder, "identity.sqlite"));
  expect(upgraded.prepare("select count(*) as rows from application_credential").get()).toEqual({ rows: 0 });
  upgraded.close();
});

async function closed(sandbox: Sandbox): Promise<Sandbox> {
  await sandbox.close();
  return sandbox;
}

test("its secrets on disk are for their owner alone", async () => {
  const folder = join(await makeFolder(), "new");
  await using _ = await startSandbox({ folder });
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, "identity.sqlite"))).mode & 0o777).toBe(0o600);
});

test("a folder in use is refused, and the first sandbox goes on", async () => {
  const folder = await makeFolder();
  await using first = await startSandbox({ folder });
  await expect(startSandbox({ folder })).rejects.toThrow(folder);
  expect((await fetch(first.authUrl)).status).toBe(200);
});

test("a port in use is refused by number, and nothing is left behind", async () => {
  await using first = await startSandbox();
  const port = Number(new URL(first.issuer).port);
  const folder = await makeFolder();
  await expect(startSandbox({ folder, port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
  await using _ = await startSandbox({ folder });
});

test("the how-to's containers are there from the first start", async () => {
  await using sandbox = await startSandbox();
  const auth = `${sandbox.authUrl}/OS-FEDERATION/identity_providers/egi.eu/protocols/openid/auth`;
  const login = await fetch(auth, { headers: { Authorization: `Bearer ${await sandbox.token()}` } });
  const scope = { project: { id: sandbox.projectId } };
  const identity = { methods: ["token"], token: { id: login.headers.get("x-subject-token") } };
  const scoped = await fetch(`${sandbox.authUrl}/auth/tokens`, {
    method: "POST",
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  const headers = { "X-Auth-Token": scoped.headers.get("x-subject-token") ?? "" };
  const list = await fetch(sandbox.storageUrl, { headers });
  expect((await list.text()).trim().split("\n")).toEqual(["WG1", "input-data", "test-gey", "test-slv", "tmp"]);
});

test("faults strike both listeners, by name", async () => {
  const struck: string[] = [];
  await using sandbox = await startSandbox({
    fault: ({ listener, moment }) => {
      if (moment === "request") struck.push(listener);
      return { answer: { status: 503, headers: {}, body: "SlowDown" } };
    },
  });
  expect((await fetch(sandbox.authUrl)).status).toBe(503);
  expect((await fetch(sandbox.s3Endpoint)).status).toBe(503);
  expect(struck).toEqual(["identity", "objects"]);
});

test("the owner's commands need the secret; nobody else gets a token", async () => {
  let stopped = 0;
  await using sandbox = await startSandbox({ control: { secret: "s3cret", stop: () => stopped++ } });
  const token = new URL("/sandbox/control/token", sandbox.authUrl);
  for (const Authorization of ["Bearer wrong!", "", "Bearer s3cret!"]) {
    expect((await fetch(token, { method: "POST", body: "alice", headers: { Authorization } })).status).toBe(401);
  }
  const headers = { Authorization: "Bearer s3cret" };
  const given = await fetch(token, { method: "POST", body: "alice", headers });
  expect((await userinfo(sandbox, await given.text())).status).toBe(200);
  expect((await fetch(token, { method: "POST", body: "zoe", headers })).status).toBe(404);
  expect(stopped).toBe(0);
});
