import { expect, test } from "vitest";
import { Client, escience, failure, origin, unauthorized, vo } from "./client.ts";

async function unscoped(client: Client, person = "alice"): Promise<string> {
  return (await client.login(person)).headers["x-subject-token"] ?? "";
}

test("a token scoped to a project by id: roles, project, catalog in one region", async () => {
  const client = new Client();
  const { status, headers, json } = await client.scope(await unscoped(client), { project: { id: vo } });
  expect(status).toBe(201);
  expect(headers["x-subject-token"]).toMatch(/^gAAAAA/);
  const { methods, project, roles, is_domain, catalog } = json.token;
  expect(methods).toEqual(["openid", "token"]);
  expect(project).toMatchObject({ id: vo, name: "vo.pangeo.eu", domain: { name: "egi.eu" } });
  expect(roles.map(({ name }: { name: string }) => name)).toEqual(["reader", "member"]);
  expect(is_domain).toBe(false);
  const endpoints = catalog.flatMap(
    (service: { type: string; endpoints: { interface: string; region: string; url: string }[] }) =>
      service.endpoints
        .filter((one) => one.interface === "public")
        .map(({ region, url }) => [service.type, region, url]),
  );
  expect(endpoints).toEqual([
    ["object-store", "RegionOne", "http://127.0.0.1:5001/swift/v1"],
    ["identity", "RegionOne", `${origin}/v3`],
  ]);
});

test.each(["vo.pangeo.eu", "vo.pangeo.egi.eu"])("scoped by the name %s and a domain", async (name) => {
  const client = new Client();
  const answer = await client.scope(await unscoped(client), { project: { name, domain: { name: "egi.eu" } } });
  expect(answer.json.token.project.id).toBe(vo);
  const elsewhere = await client.scope(await unscoped(client), { project: { name, domain: { name: "Default" } } });
  expect(elsewhere.status).toBe(401);
});

test("?nocatalog leaves the catalog out", async () => {
  const client = new Client();
  const { json } = await client.scope(await unscoped(client), { project: { id: vo } }, "?nocatalog");
  expect(json.token).not.toHaveProperty("catalog");
});

test("a scoped token can be scoped again, and never outlives the first", async () => {
  const client = new Client();
  const { token } = await client.scoped("carla");
  client.pass(600);
  const { status, json } = await client.scope(token, { project: { id: escience } });
  expect(status).toBe(201);
  expect(json.token.expires_at).toBe("2026-11-23T13:00:00.000000Z");
});

test.each([
  ["a project without a role", { project: { id: escience } }],
  ["an unknown project", { project: { id: "0".repeat(32) } }],
  ["an unknown name", { project: { name: "nope", domain: { name: "egi.eu" } } }],
  ["a domain", { domain: { name: "egi.eu" } }],
])("%s: the same 401", async (_name, scope) => {
  const client = new Client();
  const { status, json } = await client.scope(await unscoped(client), scope);
  expect([status, json]).toEqual([401, unauthorized]);
});

test("a token that is none: 404", async () => {
  const { status, json } = await new Client().scope("garbage", { project: { id: vo } });
  expect([status, json]).toEqual([404, failure(404, "Could not recognize Fernet token", "Not Found")]);
});

test("a token of another Keystone: 404", async () => {
  const { status } = await new Client().scope(await unscoped(new Client()), { project: { id: vo } });
  expect(status).toBe(404);
});

test.each([
  [
    {},
    "Expecting to find auth in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.",
  ],
  [{ auth: {} }, "Invalid input for field 'auth': 'identity' is a required property"],
  [{ auth: { identity: {} } }, "Invalid input for field 'identity': 'methods' is a required property"],
])("malformed %o: 400 that names the field", async (body, message) => {
  const { status, json } = await new Client().ask("POST", "/v3/auth/tokens", {}, body);
  expect([status, json]).toEqual([400, failure(400, message, "Bad Request")]);
});

test("what is no JSON: 400", async () => {
  expect((await new Client().ask("POST", "/v3/auth/tokens", {}, "{nope")).status).toBe(400);
});

test("a password: 401, since nobody here has one", async () => {
  const identity = { methods: ["password"], password: { user: { id: "x", password: "y" } } };
  const { status, json } = await new Client().ask("POST", "/v3/auth/tokens", {}, { auth: { identity } });
  expect([status, json]).toEqual([401, unauthorized]);
});

test("a token validates itself, and not another user's", async () => {
  const client = new Client();
  const { token, userId } = await client.scoped("alice");
  const own = await client.ask("GET", "/v3/auth/tokens", { "x-auth-token": token, "x-subject-token": token });
  expect([own.status, own.json.token.user.id, own.headers["x-subject-token"]]).toEqual([200, userId, token]);
  const { token: other } = await client.scoped("carla");
  const foreign = await client.ask("GET", "/v3/auth/tokens", { "x-auth-token": other, "x-subject-token": token });
  expect(foreign.status).toBe(403);
});

test("a revoked token: 204, then 401 where it is used and 404 where it is looked at", async () => {
  const client = new Client();
  const { token } = await client.scoped("alice");
  const both = { "x-auth-token": token, "x-subject-token": token };
  expect((await client.ask("DELETE", "/v3/auth/tokens", both)).status).toBe(204);
  const used = await client.ask("GET", "/v3/auth/projects", { "x-auth-token": token });
  expect([used.status, used.json]).toEqual([401, unauthorized]);
  const { token: fresh } = await client.scoped("alice");
  const seen = await client.ask("GET", "/v3/auth/tokens", { "x-auth-token": fresh, "x-subject-token": token });
  expect([seen.status, seen.json]).toEqual([404, failure(404, "Failed to validate token", "Not Found")]);
});

test("an expired token: 401 where it is used, 404 where it is exchanged", async () => {
  const client = new Client();
  const { token } = await client.scoped("alice");
  client.pass(3600);
  expect((await client.ask("GET", "/v3/auth/projects", { "x-auth-token": token })).status).toBe(401);
  const { status, json } = await client.scope(token, { project: { id: vo } });
  expect([status, json]).toEqual([404, failure(404, "Failed to validate token", "Not Found")]);
});
