import { expect, test } from "vitest";
import { s3EndpointOf } from "../../src/keystone/catalog.ts";
import { readDeletedEc2Credential, readEc2Credentials } from "../../src/keystone/ec2-credentials.ts";
import { readUnscopedToken, unscopedTokenRequest } from "../../src/keystone/federation.ts";
import { readProjects } from "../../src/keystone/projects.ts";
import { readScopedToken, scopedTokenRequest } from "../../src/keystone/tokens.ts";
import { Secret } from "../../src/secret.ts";
import { answer } from "../records.ts";

const refusal = {
  error: { code: 401, message: "The request you have made requires authentication.", title: "Unauthorized" },
};
const requestId = { "x-openstack-request-id": "req-1" };

test("federated login: the request, with names escaped and the token hidden", () => {
  const site = { url: "https://keystone.example/v3", identityProvider: "egi/eu", protocol: "openid" };
  const request = unscopedTokenRequest(site, new Secret("t"));
  expect(request.url).toBe(
    "https://keystone.example/v3/OS-FEDERATION/identity_providers/egi%2Feu/protocols/openid/auth",
  );
  expect(String(request.headers["authorization"])).toBe("[secret]");
});

test("federated login: token, user and expiry", async () => {
  const body = { token: { user: { id: "u" }, expires_at: "2026-11-23T19:29:31.000000Z" } };
  const token = await readUnscopedToken(answer(201, body, { "x-subject-token": "gAAAAA" }));
  expect(token).toMatchObject({ userId: "u", expiresAt: new Date("2026-11-23T19:29:31Z") });
});

test("federated login: 401 of Apache is the access token, 401 of Keystone the mapping", async () => {
  const apache = answer(401, "<!DOCTYPE HTML>", { "www-authenticate": 'Bearer error="invalid_token"' });
  await expect(readUnscopedToken(apache)).rejects.toMatchObject({ code: "KEYSTONE_ACCESS_TOKEN_REFUSED" });
  const keystone = answer(401, refusal, { ...requestId, "www-authenticate": 'Keystone uri="http://k/v3"' });
  await expect(readUnscopedToken(keystone)).rejects.toMatchObject({
    code: "KEYSTONE_UNAUTHORIZED",
    requestId: "req-1",
  });
});

test("federated login: unknown provider, no Keystone there, a login page instead of a token", async () => {
  const unknown = { error: { code: 404, message: "Could not find Identity Provider: nope.eu.", title: "Not Found" } };
  await expect(readUnscopedToken(answer(404, unknown))).rejects.toMatchObject({ code: "KEYSTONE_NOT_FOUND" });
  await expect(readUnscopedToken(answer(404, "<html>"))).rejects.toMatchObject({ code: "KEYSTONE_NO_SUCH_URL" });
  await expect(readUnscopedToken(answer(302, ""))).rejects.toMatchObject({ code: "KEYSTONE_BAD_RESPONSE" });
  await expect(readUnscopedToken(answer(503, "<html>"))).rejects.toMatchObject({ code: "KEYSTONE_UNAVAILABLE" });
});

test("scoping: the body names the project; the answer brings roles and the public catalog", async () => {
  const request = scopedTokenRequest("https://keystone.example/v3", new Secret("gAAAAA"), "p1");
  let sent = "";
  for await (const chunk of request.body?.open() ?? []) sent += new TextDecoder().decode(chunk);
  expect(JSON.parse(sent).auth).toEqual({
    identity: { methods: ["token"], token: { id: "gAAAAA" } },
    scope: { project: { id: "p1" } },
  });
  const endpoints = [
    { interface: "internal", region: "R", url: "http://inside/swift/v1" },
    { interface: "public", region: "R", url: "https://store.example/swift/v1/" },
  ];
  const token = {
    user: { id: "u" },
    project: { id: "p1", name: "vo.pangeo.eu" },
    expires_at: "2026-11-23T19:29:31.000000Z",
    roles: [{ name: "member" }],
    catalog: [{ type: "object-store", name: "swift", endpoints }],
  };
  const scoped = await readScopedToken(answer(201, { token }, { "x-subject-token": "gAAAAA2" }));
  expect(scoped.roles).toEqual(["member"]);
  expect(scoped.catalog).toEqual([
    { type: "object-store", name: "swift", region: "R", url: "https://store.example/swift/v1" },
  ]);
});

test("projects: disabled ones are left out", async () => {
  const projects = [
    { id: "1", name: "a", enabled: true },
    { id: "2", name: "b", enabled: false },
  ];
  expect(await readProjects(answer(200, { projects }))).toEqual([{ id: "1", name: "a", enabled: true }]);
});

test("keys: all of them with their projects; deleting what is gone is told apart", async () => {
  const credentials = [{ access: "a", secret: "s", tenant_id: "p1" }, { access: "broken" }];
  const keys = await readEc2Credentials(answer(200, { credentials }));
  expect(keys.map(({ accessKeyId, projectId }) => [accessKeyId, projectId])).toEqual([["a", "p1"]]);
  expect(JSON.stringify(keys)).not.toContain('"s"');
  expect(await readDeletedEc2Credential(answer(204))).toBe(true);
  const gone = { error: { code: 404, message: "Could not find credential: 1.", title: "Not Found" } };
  expect(await readDeletedEc2Credential(answer(404, gone))).toBe(false);
});

test.each([
  ["https://store.example/swift/v1", "https://store.example"],
  ["https://store.example/swift/v1/AUTH_1f8c", "https://store.example"],
  ["https://store.example/swift/v1/KEY_1f8c", "https://store.example"],
  ["https://store.example:8080/v1/AUTH_1f8c", "https://store.example:8080"],
  ["https://store.example/rgw/swift/v1", "https://store.example/rgw"],
  ["https://store.example/objects", undefined],
])("the S3 endpoint beside %s", (storageUrl, s3) => {
  expect(s3EndpointOf(storageUrl)).toBe(s3);
});
