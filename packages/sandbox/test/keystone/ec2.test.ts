import { expect, test } from "vitest";
import { Client, escience, failure, origin, unauthorized, vo } from "./client.ts";

const hex = expect.stringMatching(/^[0-9a-f]{32}$/);

async function signedIn(person = "alice", options = {}) {
  const client = new Client(options);
  const { token, userId } = await client.scoped(person);
  const path = `/v3/users/${userId}/credentials/OS-EC2`;
  const ask = (method: string, target = path, body?: unknown) =>
    client.ask(method, target, { "x-auth-token": token }, body);
  return { client, userId, path, ask, create: (tenant_id = vo) => ask("POST", path, { tenant_id }) };
}

test("create, get, list: secrets every time", async () => {
  const { ask, create, path, userId } = await signedIn();
  expect((await ask("GET")).json).toEqual({
    credentials: [],
    links: { next: null, self: origin + path, previous: null },
  });
  const { status, json } = await create();
  expect(status).toBe(201);
  const { access } = json.credential;
  expect(json.credential).toEqual({
    user_id: userId,
    tenant_id: vo,
    access: hex,
    secret: hex,
    trust_id: null,
    links: { self: `${origin}${path}/${access}` },
  });
  expect((await ask("GET", `${path}/${access}`)).json).toEqual(json);
  await create();
  expect((await ask("GET")).json.credentials).toHaveLength(2);
});

test("delete: 204, then 404 that names the row", async () => {
  const { ask, create, path } = await signedIn();
  const { access } = (await create()).json.credential;
  const deleted = await ask("DELETE", `${path}/${access}`);
  expect([deleted.status, deleted.text]).toEqual([204, ""]);
  for (const method of ["DELETE", "GET"]) {
    const { status, json } = await ask(method, `${path}/836b3ac6799e42daaad074598c93c540`);
    const row = "618a6328f513c2ab6abf32f8f164412f8b1bb5a1d322eba9728a234dbc15a979";
    expect([status, json]).toEqual([404, failure(404, `Could not find credential: ${row}.`, "Not Found")]);
  }
});

test("201 proves nothing: any existing project will do, and an unscoped token too", async () => {
  const { client, create, path } = await signedIn();
  expect((await create(escience)).status).toBe(201);
  const unscoped = (await client.login("alice")).headers["x-subject-token"] ?? "";
  expect((await client.ask("POST", path, { "x-auth-token": unscoped }, { tenant_id: vo })).status).toBe(201);
});

test("an unknown project or none: 404", async () => {
  const { create, ask, path } = await signedIn();
  const unknown = "0".repeat(32);
  expect((await create(unknown)).json).toEqual(failure(404, `Could not find project: ${unknown}.`, "Not Found"));
  expect((await ask("POST", path, {})).json).toEqual(failure(404, "Could not find project: None.", "Not Found"));
});

test("no token or a bad one: 401", async () => {
  const { client, path } = await signedIn();
  expect((await client.ask("GET", path)).json).toEqual(unauthorized);
  expect((await client.ask("GET", path, { "x-auth-token": "garbage" })).json).toEqual(unauthorized);
});

test("another user's: 403 that names the action", async () => {
  const { ask } = await signedIn();
  const { status, json } = await ask("GET", `/v3/users/${"0".repeat(32)}/credentials/OS-EC2`);
  const message = "You are not authorized to perform the requested action: identity:ec2_list_credentials.";
  expect([status, json]).toEqual([403, failure(403, message, "Forbidden")]);
});

test("the other API shows the same credentials, by the hash of their access key", async () => {
  const { ask, create, userId } = await signedIn();
  const { access, secret } = (await create()).json.credential;
  const { credentials, links } = (await ask("GET", "/v3/credentials?type=ec2")).json;
  expect(credentials).toEqual([
    expect.objectContaining({
      user_id: userId,
      project_id: vo,
      type: "ec2",
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
    }),
  ]);
  expect(JSON.parse(credentials[0].blob)).toEqual({ access, secret, trust_id: null });
  expect(links.self).toBe(`${origin}/v3/credentials?type=ec2`);
});

test("s3tokens: 401 without a token, 403 with a member's", async () => {
  const { client, ask } = await signedIn();
  expect((await client.ask("POST", "/v3/s3tokens", {}, {})).status).toBe(401);
  const message = "You are not authorized to perform the requested action: identity:s3tokens_validate.";
  expect((await ask("POST", "/v3/s3tokens", {})).json).toEqual(failure(403, message, "Forbidden"));
});

test("the object store finds the key's owner and project", async () => {
  const { client, create, userId } = await signedIn();
  const { access, secret } = (await create()).json.credential;
  expect(await client.keystone.identity.findKey(access)).toEqual({
    accessKeyId: access,
    secretAccessKey: secret,
    userId,
    projectId: vo,
    projectName: "vo.pangeo.eu",
    roles: ["reader", "member"],
  });
  expect(await client.keystone.identity.findKey("0".repeat(32))).toBeUndefined();
});

test("without authorization_ttl keys are made and nothing signed with them fits", async () => {
  const { client, create, ask, userId } = await signedIn("alice", { authorizationTtlSeconds: 0 });
  const { access, secret } = (await create()).json.credential;
  const owner = await client.keystone.identity.findKey(access);
  expect(owner?.secretAccessKey).not.toBe(secret);
  expect(owner?.roles).toEqual([]);
  expect((await ask("GET", `/v3/users/${userId}/projects`)).json.projects).toEqual([]);
});

test("a key of a project without a role does not fit either", async () => {
  const { client, create } = await signedIn();
  const { access, secret } = (await create(escience)).json.credential;
  expect((await client.keystone.identity.findKey(access))?.secretAccessKey).not.toBe(secret);
});

test("keys lapse when the membership does, and a new login revives them", async () => {
  const { client, create } = await signedIn("alice", { authorizationTtlSeconds: 60, secretCacheSeconds: 0 });
  const { access, secret } = (await create()).json.credential;
  const found = async () => (await client.keystone.identity.findKey(access))?.secretAccessKey;
  client.pass(59);
  expect(await found()).toBe(secret);
  client.pass(1);
  expect(await found()).not.toBe(secret);
  await client.login("alice");
  expect(await found()).toBe(secret);
});

test("a deleted key lives on for the cache's time once it was seen; unseen, it is gone", async () => {
  const { client, create, ask, path } = await signedIn("alice", { secretCacheSeconds: 300 });
  const seen = (await create()).json.credential.access;
  const unseen = (await create()).json.credential.access;
  await client.keystone.identity.findKey(seen);
  for (const access of [seen, unseen]) await ask("DELETE", `${path}/${access}`);
  expect(await client.keystone.identity.findKey(unseen)).toBeUndefined();
  client.pass(299);
  expect(await client.keystone.identity.findKey(seen)).toBeDefined();
  client.pass(1);
  expect(await client.keystone.identity.findKey(seen)).toBeUndefined();
});

test("without the cache a deleted key is gone at once", async () => {
  const { client, create, ask, path } = await signedIn("alice", { secretCacheSeconds: 0 });
  const { access } = (await create()).json.credential;
  await client.keystone.identity.findKey(access);
  await ask("DELETE", `${path}/${access}`);
  expect(await client.keystone.identity.findKey(access)).toBeUndefined();
});

test("the object store knows scoped tokens from unscoped and bad ones", async () => {
  const { client } = await signedIn();
  const { identity } = client.keystone;
  const { token, userId } = await client.scoped("alice");
  expect(await identity.findToken(token)).toEqual({
    kind: "scoped",
    principal: { userId, projectId: vo, projectName: "vo.pangeo.eu", roles: ["reader", "member"] },
  });
  const unscoped = (await client.login("alice")).headers["x-subject-token"] ?? "";
  expect(await identity.findToken(unscoped)).toEqual({ kind: "unscoped" });
  expect(await identity.findToken("garbage")).toEqual({ kind: "refused" });
});

test("a revoked token that the store has seen works on until it expires, as at RGW", async () => {
  const { client } = await signedIn();
  const { token } = await client.scoped("alice");
  const both = { "x-auth-token": token, "x-subject-token": token };
  await client.keystone.identity.findToken(token);
  await client.ask("DELETE", "/v3/auth/tokens", both);
  expect((await client.keystone.identity.findToken(token)).kind).toBe("scoped");
  client.pass(3600);
  expect((await client.keystone.identity.findToken(token)).kind).toBe("refused");
});
