import { expect, test } from "vitest";
import { Client, failure, origin, unauthorized } from "./client.ts";

test.each(["GET", "POST"])("%s exchanges an access token for an unscoped token", async (method) => {
  const { status, headers, json } = await new Client().login("alice", method);
  expect(status).toBe(201);
  expect(headers["x-subject-token"]).toMatch(/^gAAAAA[\w-]+$/);
  expect(headers).toMatchObject({ vary: "X-Auth-Token", "content-type": "application/json" });
  expect(headers["x-openstack-request-id"]).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(json.token).toEqual({
    methods: ["openid"],
    user: {
      domain: { id: expect.stringMatching(/^[0-9a-f]{32}$/), name: "egi.eu" },
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: expect.stringMatching(/^alice0+@egi\.eu$/),
      "OS-FEDERATION": {
        groups: [{ id: expect.stringMatching(/^[0-9a-f]{32}$/) }],
        identity_provider: { id: "egi.eu" },
        protocol: { id: "openid" },
      },
    },
    audit_ids: [expect.any(String)],
    expires_at: "2026-11-23T13:00:00.000000Z",
    issued_at: "2026-11-23T12:00:00.000000Z",
  });
});

test("a person is the same user at every login", async () => {
  const client = new Client();
  const ids = [await client.login("alice"), await client.login("alice"), await new Client().login("alice")];
  expect(new Set(ids.map(({ json }) => json.token.user.id)).size).toBe(1);
});

test("no access token: Apache's HTML 401", async () => {
  const path = "/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/openid/auth";
  const { status, headers, text } = await new Client().ask("POST", path);
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toBe(
    'Bearer error="invalid_request", error_description="No bearer token found in the request"',
  );
  expect(headers["content-type"]).toBe("text/html; charset=iso-8859-1");
  expect(text).toContain("<title>401 Unauthorized</title>");
  expect(Buffer.byteLength(text)).toBe(421);
});

test("a bad or expired access token: Apache's HTML 401, whatever the identity provider", async () => {
  for (const idp of ["egi.eu", "nope.eu"]) {
    const { status, headers } = await new Client().login("garbage", "POST", idp);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe(
      'Bearer error="invalid_token", error_description="Reference token could not be introspected"',
    );
  }
});

test.each(["mallory", "nobody"])("%s, who is not in the VO: Keystone's JSON 401", async (person) => {
  const { status, headers, json } = await new Client().login(person);
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toBe(`Keystone uri="${origin}/v3"`);
  expect(json).toEqual(unauthorized);
});

test("an unknown identity provider: 404", async () => {
  const { status, json } = await new Client().login("alice", "POST", "nope.eu");
  expect(status).toBe(404);
  expect(json).toEqual(failure(404, "Could not find Identity Provider: nope.eu.", "Not Found"));
});

test("another protocol: 401 in other words", async () => {
  const { status, json } = await new Client().login("alice", "POST", "egi.eu", "oidc");
  expect(status).toBe(401);
  expect(json).toEqual(failure(401, "Attempted to authenticate with an unsupported method.", "Unauthorized"));
});
