import { beforeEach, expect, test } from "vitest";
import { Client, failure, unauthorized, vo } from "./client.ts";

let client: Client;
let token: string;
let path: string;
let userId: string;
beforeEach(async () => {
  client = new Client();
  ({ token, userId } = await client.scoped("alice"));
  path = `/v3/users/${userId}/application_credentials`;
});

const ask = (method: string, target: string, body?: unknown, by = token) =>
  client.ask(method, target, { "x-auth-token": by }, body);
const create = async (asked: Record<string, unknown>, by = token) =>
  (await ask("POST", path, { application_credential: asked }, by)).json.application_credential;
const login = (credential: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  client.ask(
    "POST",
    "/v3/auth/tokens",
    {},
    {
      auth: { identity: { methods: ["application_credential"], application_credential: credential }, ...more },
    },
  );

test("made, listed, shown, deleted; the secret is told once", async () => {
  const made = await ask("POST", path, { application_credential: { name: "batch" } });
  expect(made.status).toBe(201);
  const { secret, ...shown } = made.json.application_credential;
  expect(secret).toHaveLength(86);
  expect(shown).toMatchObject({
    name: "batch",
    description: null,
    user_id: userId,
    project_id: vo,
    system: null,
    expires_at: null,
    unrestricted: null,
    roles: [{ name: "reader" }, { name: "member" }],
    links: { self: `http://127.0.0.1:5000/v3/application_credentials/${shown.id}` },
  });
  expect((await ask("GET", path)).json.application_credentials).toEqual([shown]);
  expect((await ask("GET", `${path}/${shown.id}`)).json.application_credential).toEqual(shown);
  expect((await ask("DELETE", `${path}/${shown.id}`)).status).toBe(204);
  const gone = await ask("GET", `${path}/${shown.id}`);
  expect([gone.status, gone.json]).toEqual([
    404,
    failure(404, `Could not find Application Credential: ${shown.id}.`, "Not Found"),
  ]);
});

test("it signs in to its project with its roles, by id or by name", async () => {
  const { id, secret } = await create({ name: "batch", roles: [{ name: "reader" }] });
  for (const credential of [
    { id, secret },
    { name: "batch", secret, user: { id: userId } },
  ]) {
    const answer = await login(credential);
    expect(answer.status).toBe(201);
    expect(answer.json.token).toMatchObject({
      methods: ["application_credential"],
      project: { id: vo },
      roles: [{ name: "reader" }],
      application_credential: { id, name: "batch", restricted: true },
    });
    expect(answer.json.token.user).not.toHaveProperty("OS-FEDERATION");
  }
});

test("a wrong secret, an unknown one, a scope, one that expired or was deleted", async () => {
  const { id, secret } = await create({ name: "batch", expires_at: "2026-11-23T12:30:00" });
  const token = (await login({ id, secret })).headers["x-subject-token"] ?? "";
  expect((await login({ id, secret: "no" })).json).toEqual(unauthorized);
  expect((await login({ id: "nope", secret })).status).toBe(404);
  expect((await login({ id, secret }, { scope: { project: { id: vo } } })).status).toBe(401);
  client.pass(31 * 60);
  expect((await login({ id, secret })).status).toBe(401);
  expect((await ask("GET", "/v3/auth/projects", undefined, token)).status).toBe(401);
});

test("it ends with the membership of the person, as Keystone's own does", async () => {
  const { id, secret } = await create({ name: "night" });
  client.pass(25 * 60 * 60);
  expect((await login({ id, secret })).status).toBe(401);
  await client.login("alice");
  expect((await login({ id, secret })).status).toBe(201);
});

test("a restricted one makes no others, no keys and no tokens", async () => {
  const { id, secret } = await create({ name: "batch" });
  const delegated = (await login({ id, secret })).headers["x-subject-token"] ?? "";
  expect((await ask("POST", path, { application_credential: { name: "more" } }, delegated)).json.error.message).toBe(
    "You are not authorized to perform the requested action: Using method 'application_credential' is not allowed for managing additional application credentials..",
  );
  const keys = `/v3/users/${userId}/credentials/OS-EC2`;
  expect((await ask("POST", keys, { tenant_id: vo }, delegated)).status).toBe(403);
  expect((await client.scope(delegated, { project: { id: vo } })).status).toBe(403);
  const free = await create({ name: "free", unrestricted: true });
  const unrestricted = (await login({ id: free.id, secret: free.secret })).headers["x-subject-token"] ?? "";
  expect(await create({ name: "more" }, unrestricted)).toMatchObject({ name: "more" });
});

test("what is asked for wrongly is refused in Keystone's words", async () => {
  await create({ name: "batch" });
  const refused = async (asked: Record<string, unknown>): Promise<string> =>
    (await ask("POST", path, { application_credential: asked })).json.error.message;
  expect(await refused({})).toContain("'name' is a required property");
  expect(await refused({ name: "batch" })).toContain("Duplicate entry found with name batch.");
  expect(await refused({ name: "x", roles: [{ name: "nope" }] })).toBe("Role nope is not defined");
  expect(await refused({ name: "x", expires_at: "2020-01-01T00:00:00" })).toContain("must not be before now");
  expect((await ask("GET", "/v3/users/abc/application_credentials")).status).toBe(403);
});
