/**
 * A real Keystone 22.0 behind Apache and mod_auth_openidc, asked once, answer by answer: statuses, headers and whole
 * bodies. Left out, as the sandbox has no local users: a password login, and `s3tokens` for a caller with the service role.
 */
import { beforeAll, expect, test } from "vitest";
import { type Answer, Client, escience, failure, origin, unauthorized, vo } from "./client.ts";

const client = new Client();
const hex = (digits: number) => expect.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const nowhere = "0".repeat(32);
const expired = "expired";
const tokens: Record<string, string> = { garbage: "garbage" };
let userId = "";
let access = "";
let deleted = "";

beforeAll(async () => {
  tokens[expired] = (await client.scoped("alice")).token;
  client.pass(3600);
  tokens["unscoped"] = (await client.login("alice")).headers["x-subject-token"] ?? "";
  for (const name of ["scoped", "revoked"]) {
    const scoped = await client.scoped("alice");
    tokens[name] = scoped.token;
    userId = scoped.userId;
  }
  await request("DELETE", "/v3/auth/tokens", "revoked", "revoked");
  access = (await request("POST", ec2(), "scoped", undefined, { tenant_id: vo })).json.credential.access;
  deleted = (await request("POST", ec2(), "scoped", undefined, { tenant_id: vo })).json.credential.access;
  await request("DELETE", `${ec2()}/${deleted}`, "scoped");
});

const ec2 = (user = userId): string => `/v3/users/${user}/credentials/OS-EC2`;

function request(method: string, target: string, token?: string, subject?: string, body?: unknown): Promise<Answer> {
  const headers = {
    ...(token && { "x-auth-token": tokens[token] ?? "" }),
    ...(subject && { "x-subject-token": tokens[subject] ?? "" }),
  };
  return client.ask(method, target, headers, body);
}

const scope = (token: string, id: string, query = "") => client.scope(tokens[token] ?? "", { project: { id } }, query);
const forbidden = (action: string) =>
  failure(403, `You are not authorized to perform the requested action: identity:${action}.`, "Forbidden");
const list = (path: string) => ({ next: null, self: origin + path, previous: null });

const version = {
  id: "v3.14",
  status: "stable",
  updated: "2020-04-07T00:00:00Z",
  links: [{ rel: "self", href: `${origin}/v3/` }],
  "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
};
const project = {
  id: vo,
  name: "vo.pangeo.eu",
  domain_id: hex(32),
  description: "",
  enabled: true,
  parent_id: hex(32),
  is_domain: false,
  tags: [],
  options: {},
  links: { self: `${origin}/v3/projects/${vo}` },
};
const unscopedToken = {
  methods: ["openid"],
  user: {
    domain: { id: hex(32), name: "egi.eu" },
    id: hex(64),
    name: expect.stringMatching(/^\w{64}@egi\.eu$/),
    "OS-FEDERATION": { groups: [{ id: hex(32) }], identity_provider: { id: "egi.eu" }, protocol: { id: "openid" } },
  },
  audit_ids: [expect.stringMatching(/^[\w-]{22}$/)],
  expires_at: expect.stringMatching(/^[\d-]{10}T[\d:]{8}\.\d{6}Z$/),
  issued_at: expect.stringMatching(/^[\d-]{10}T[\d:]{8}\.\d{6}Z$/),
};
const role = (name: string) => ({
  id: hex(32),
  name,
  domain_id: null,
  description: null,
  options: { immutable: true },
});
const scopedToken = {
  ...unscopedToken,
  methods: ["openid", "token"],
  project: { domain: { id: hex(32), name: "egi.eu" }, id: vo, name: "vo.pangeo.eu" },
  is_domain: false,
  roles: [role("reader"), role("member")],
};
const endpoint = (kind: string, url: string) => ({
  id: hex(32),
  interface: kind,
  region_id: "RegionOne",
  url,
  region: "RegionOne",
});
const service = (type: string, name: string, url: string) => ({
  endpoints: ["internal", "admin", "public"].map((kind) => endpoint(kind, url)),
  id: hex(32),
  type,
  name,
});
const catalog = [
  service("object-store", "ceph-rgw", "http://127.0.0.1:5001/swift/v1"),
  service("identity", "keystone", `${origin}/v3`),
];
const credential = (id = vo) => ({
  user_id: hex(64),
  tenant_id: id,
  access: hex(32),
  secret: hex(32),
  trust_id: null,
  links: { self: expect.stringMatching(/\/v3\/users\/[0-9a-f]{64}\/credentials\/OS-EC2\/[0-9a-f]{32}$/) },
});
const noCredential = failure(404, expect.stringMatching(/^Could not find credential: [0-9a-f]{64}\.$/), "Not Found");
const noToken = failure(404, "Failed to validate token", "Not Found");

/** What was asked, how it was asked, the status, the whole body. */
const exchanges: readonly (readonly [string, () => Promise<Answer>, number, unknown])[] = [
  ["versions", () => request("GET", "/"), 300, { versions: { values: [version] } }],
  ["discovery", () => request("GET", "/v3"), 200, { version }],
  ["login by POST", () => client.login("alice"), 201, { token: unscopedToken }],
  ["login by GET", () => client.login("alice", "GET"), 201, { token: unscopedToken }],
  ["login, not in the VO", () => client.login("mallory"), 401, unauthorized],
  ["login, no entitlement", () => client.login("nobody"), 401, unauthorized],
  [
    "login, unknown identity provider",
    () => client.login("alice", "POST", "nope.eu"),
    404,
    failure(404, "Could not find Identity Provider: nope.eu.", "Not Found"),
  ],
  ...["/v3/auth/projects", "/v3/OS-FEDERATION/projects"].map(
    (path) => [path, () => request("GET", path, "unscoped"), 200, { projects: [project], links: list(path) }] as const,
  ),
  [
    "domains",
    () => request("GET", "/v3/auth/domains", "unscoped"),
    200,
    { domains: [], links: list("/v3/auth/domains") },
  ],
  ["scoped token", () => scope("unscoped", vo), 201, { token: { ...scopedToken, catalog } }],
  ["scoped token, no catalog", () => scope("unscoped", vo, "?nocatalog"), 201, { token: scopedToken }],
  ["scoped again", () => scope("scoped", vo), 201, { token: { ...scopedToken, catalog } }],
  ["scoped, no role", () => scope("unscoped", escience), 401, unauthorized],
  ["scoped, unknown project", () => scope("unscoped", nowhere), 401, unauthorized],
  ["scoped by garbage", () => scope("garbage", vo), 404, failure(404, "Could not recognize Fernet token", "Not Found")],
  [
    "the catalog",
    () => request("GET", "/v3/auth/catalog", "scoped"),
    200,
    { catalog, links: { self: `${origin}/v3/auth/catalog` } },
  ],
  [
    "own token",
    () => request("GET", "/v3/auth/tokens", "scoped", "scoped"),
    200,
    { token: { ...scopedToken, catalog } },
  ],
  ["keys", () => request("GET", ec2(), "scoped"), 200, { credentials: [credential()], links: expect.anything() }],
  ["a key", () => request("GET", `${ec2()}/${access}`, "scoped"), 200, { credential: credential() }],
  ["a deleted key, deleted", () => request("DELETE", `${ec2()}/${deleted}`, "scoped"), 404, noCredential],
  ["a deleted key, shown", () => request("GET", `${ec2()}/${deleted}`, "scoped"), 404, noCredential],
  [
    "key, unknown project",
    () => request("POST", ec2(), "scoped", undefined, { tenant_id: nowhere }),
    404,
    failure(404, `Could not find project: ${nowhere}.`, "Not Found"),
  ],
  [
    "key, no project",
    () => request("POST", ec2(), "scoped", undefined, {}),
    404,
    failure(404, "Could not find project: None.", "Not Found"),
  ],
  ["keys, no token", () => request("GET", ec2()), 401, unauthorized],
  ["keys, garbage", () => request("GET", ec2(), "garbage"), 401, unauthorized],
  ["keys, revoked token", () => request("GET", ec2(), "revoked"), 401, unauthorized],
  ["keys of another", () => request("GET", ec2(nowhere), "scoped"), 403, forbidden("ec2_list_credentials")],
  ["all projects", () => request("GET", "/v3/projects", "scoped"), 403, forbidden("list_projects")],
  [
    "own projects",
    () => request("GET", `/v3/users/${userId}/projects`, "scoped"),
    200,
    { projects: [project], links: expect.anything() },
  ],
  ["own project", () => request("GET", `/v3/projects/${vo}`, "scoped"), 200, { project }],
  ["another project", () => request("GET", `/v3/projects/${escience}`, "scoped"), 403, forbidden("get_project")],
  ["s3tokens, no token", () => request("POST", "/v3/s3tokens", undefined, undefined, {}), 401, unauthorized],
  [
    "s3tokens, a member",
    () => request("POST", "/v3/s3tokens", "scoped", undefined, {}),
    403,
    forbidden("s3tokens_validate"),
  ],
  ["revoked token, shown", () => request("GET", "/v3/auth/tokens", "scoped", "revoked"), 404, noToken],
  ["expired token, used", () => request("GET", "/v3/auth/projects", expired), 401, unauthorized],
  ["expired token, exchanged", () => scope(expired, vo), 404, noToken],
  ["expired token, shown", () => request("GET", "/v3/auth/tokens", "scoped", expired), 404, noToken],
  [
    "key of another project",
    () => request("POST", ec2(), "scoped", undefined, { tenant_id: escience }),
    201,
    { credential: credential(escience) },
  ],
  [
    "key by an unscoped token",
    () => request("POST", ec2(), "unscoped", undefined, { tenant_id: vo }),
    201,
    { credential: credential() },
  ],
];

test.each(exchanges)("%s", async (_what, ask, status, body) => {
  const { headers, json, ...answer } = await ask();
  expect([answer.status, json]).toEqual([status, body]);
  expect(headers).toMatchObject({ vary: "X-Auth-Token", "content-type": "application/json" });
  expect(headers["x-openstack-request-id"]).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(headers["www-authenticate"]).toBe(status === 401 ? `Keystone uri="${origin}/v3"` : undefined);
});
