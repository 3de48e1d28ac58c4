import { expect, test } from "vitest";
import { Client, escience, failure, origin, vo } from "./client.ts";

const version = {
  id: "v3.14",
  status: "stable",
  updated: "2020-04-07T00:00:00Z",
  links: [{ rel: "self", href: `${origin}/v3/` }],
  "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
};

test("version documents at / and /v3", async () => {
  const client = new Client();
  const root = await client.ask("GET", "/");
  expect([root.status, root.headers["location"]]).toEqual([300, `${origin}/v3/`]);
  expect(root.json).toEqual({ versions: { values: [version] } });
  for (const path of ["/v3", "/v3/"]) expect((await client.ask("GET", path)).json).toEqual({ version });
});

test.each([
  ["alice", [vo]],
  ["bruno", [escience]],
  ["carla", [vo, escience]],
])("%s sees the projects of their groups", async (person, ids) => {
  const client = new Client();
  const { headers, json } = await client.login(person);
  for (const path of ["/v3/auth/projects", "/v3/OS-FEDERATION/projects", `/v3/users/${json.token.user.id}/projects`]) {
    const answer = await client.ask("GET", path, { "x-auth-token": headers["x-subject-token"] ?? "" });
    expect(answer.json.projects.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(answer.json.links).toEqual({ next: null, self: origin + path, previous: null });
  }
});

test("a project's document", async () => {
  const client = new Client();
  const { token } = await client.scoped("alice");
  const { json } = await client.ask("GET", `/v3/projects/${vo}`, { "x-auth-token": token });
  expect(json.project).toMatchObject({ id: vo, name: "vo.pangeo.eu", enabled: true, is_domain: false, tags: [] });
});

test.each([
  [`/v3/projects/${escience}`, "get_project"],
  ["/v3/projects", "list_projects"],
])("%s: 403", async (path, action) => {
  const client = new Client();
  const { token } = await client.scoped("alice");
  const { status, json } = await client.ask("GET", path, { "x-auth-token": token });
  const message = `You are not authorized to perform the requested action: identity:${action}.`;
  expect([status, json]).toEqual([403, failure(403, message, "Forbidden")]);
});

test("no domains, and a catalog for scoped tokens only", async () => {
  const client = new Client();
  const { token } = await client.scoped("alice");
  expect((await client.ask("GET", "/v3/auth/domains", { "x-auth-token": token })).json.domains).toEqual([]);
  const { json } = await client.ask("GET", "/v3/auth/catalog", { "x-auth-token": token });
  expect(json.catalog.map(({ type }: { type: string }) => type)).toEqual(["object-store", "identity"]);
  const unscoped = (await client.login("alice")).headers["x-subject-token"] ?? "";
  expect((await client.ask("GET", "/v3/auth/catalog", { "x-auth-token": unscoped })).status).toBe(403);
});

test("an unknown path: Flask's HTML 404; a wrong method: 405", async () => {
  const client = new Client();
  const missing = await client.ask("GET", "/v3/nonexistent");
  expect([missing.status, missing.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
  expect(Buffer.byteLength(missing.text)).toBe(207);
  expect((await client.ask("PATCH", "/v3/auth/tokens")).status).toBe(405);
});
