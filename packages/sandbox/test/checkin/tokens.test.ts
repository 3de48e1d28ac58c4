import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { introspect, post, readJwt, refresh, signIn, userinfo } from "./flows.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test("discovery: Keycloak's paths under the issuer, PKCE announced", async () => {
  const response = await fetch(`${sandbox.issuer}/.well-known/openid-configuration`);
  const base = `${sandbox.issuer}/protocol/openid-connect`;
  expect(await response.json()).toMatchObject({
    issuer: sandbox.issuer,
    authorization_endpoint: `${base}/auth`,
    token_endpoint: `${base}/token`,
    device_authorization_endpoint: `${base}/auth/device`,
    jwks_uri: `${base}/certs`,
    userinfo_endpoint: `${base}/userinfo`,
    introspection_endpoint: `${base}/token/introspect`,
    revocation_endpoint: `${base}/revoke`,
    end_session_endpoint: `${base}/logout`,
    code_challenge_methods_supported: ["S256"],
  });
});

test("an access token is an RS256 JWT that the published key verifies, without entitlements", async () => {
  const token = await sandbox.token();
  const keys = await fetch(`${sandbox.issuer}/protocol/openid-connect/certs`);
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet((await keys.json()) as JSONWebKeySet), {
    issuer: sandbox.issuer,
  });
  expect(protectedHeader.alg).toBe("RS256");
  expect(payload).toMatchObject({ typ: "Bearer", azp: "fedbucket", voperson_id: payload.sub });
  expect(payload.sub).toMatch(/^[0-9a-f]{64}@egi\.eu$/);
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  expect(JSON.stringify(payload)).not.toContain("urn:mace");
});

test("userinfo releases claims and entitlements", async () => {
  const claims = (await (await userinfo(sandbox, await sandbox.token())).json()) as Record<string, unknown>;
  expect(claims).toMatchObject({ preferred_username: "alice", name: "Alice Martin", email: "alice@example.org" });
  expect(claims["sub"]).toBe(claims["voperson_id"]);
  expect(claims["eduperson_entitlement"]).toContain("urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu");
  expect(claims["entitlements"]).toEqual(claims["eduperson_entitlement"]);
});

test("userinfo refuses garbage, a bare token id, and a token another sandbox signed", async () => {
  await using other = await startSandbox();
  const jti = String(readJwt(await sandbox.token())["jti"]);
  for (const token of ["garbage", jti, await other.token()]) {
    const response = await userinfo(sandbox, token);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
  }
});

test("a token altered in its payload is refused", async () => {
  const [head = "", , signature = ""] = (await sandbox.token()).split(".");
  const claims = { ...readJwt(await sandbox.token("alice")), sub: "somebody-else" };
  const forged = [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  expect((await userinfo(sandbox, forged)).status).toBe(401);
});

test("introspection tells a confidential client what userinfo tells", async () => {
  const token = await sandbox.token();
  const answer = await introspect(sandbox, token);
  expect(answer).toMatchObject({ active: true, username: "alice", client_id: "fedbucket", iss: sandbox.issuer });
  expect(answer["jti"]).toBe(readJwt(token)["jti"]);
  expect(answer["entitlements"]).toContain("urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu");
  expect(await introspect(sandbox, "garbage")).toEqual({ status: 200, active: false });
});

test("a public client may not introspect", async () => {
  const answer = await post(sandbox, "token/introspect", { token: await sandbox.token(), client_id: "fedbucket" });
  expect(answer).toMatchObject({ status: 403, error_description: "Client not allowed." });
});

test("a revoked token is refused at userinfo and introspection", async () => {
  const token = await sandbox.token();
  expect(await post(sandbox, "revoke", { token, client_id: "fedbucket" })).toMatchObject({ status: 200 });
  expect((await userinfo(sandbox, token)).status).toBe(401);
  expect(await introspect(sandbox, token)).toEqual({ status: 200, active: false });
});

test("another client cannot revoke a token", async () => {
  const token = await sandbox.token();
  await post(sandbox, "revoke", { token, client_id: "oidc-agent" });
  expect((await userinfo(sandbox, token)).status).toBe(200);
});

test("an expired token is refused everywhere", async () => {
  await using brief = await startSandbox({ accessTokenSeconds: 1 });
  const token = await brief.token();
  const { exp } = readJwt(token) as { exp: number };
  while (Date.now() < exp * 1000) await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await userinfo(brief, token)).status).toBe(401);
  expect(await introspect(brief, token)).toEqual({ status: 200, active: false });
});

test("refresh rotates: a new pair, and the old refresh token is spent", async () => {
  const first = await signIn(sandbox);
  const second = await refresh(sandbox, first.refresh_token);
  expect(second).toMatchObject({ status: 200 });
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await userinfo(sandbox, second.access_token)).status).toBe(200);
});

test("reuse of a rotated refresh token kills the whole family", async () => {
  const first = await signIn(sandbox);
  const second = await refresh(sandbox, first.refresh_token);
  expect(await refresh(sandbox, first.refresh_token)).toMatchObject({ status: 400, error: "invalid_grant" });
  expect(await refresh(sandbox, second.refresh_token)).toMatchObject({ status: 400, error: "invalid_grant" });
  expect((await userinfo(sandbox, second.access_token)).status).toBe(401);
});

test("a refresh token works only with the client that got it", async () => {
  const { refresh_token } = await signIn(sandbox);
  expect(await refresh(sandbox, refresh_token, "oidc-agent")).toMatchObject({ status: 400, error: "invalid_grant" });
});

test("revoking a refresh token ends its access tokens too", async () => {
  const tokens = await signIn(sandbox);
  await post(sandbox, "revoke", { token: tokens.refresh_token, client_id: "fedbucket" });
  expect((await userinfo(sandbox, tokens.access_token)).status).toBe(401);
});

test("an unknown client is refused", async () => {
  expect(await refresh(sandbox, "x", "nobody")).toMatchObject({ status: 401, error: "invalid_client" });
});

test("token() knows people by name, case aside, and says who there is", async () => {
  expect(readJwt(await sandbox.token(" Carla ")).sub).not.toBe(readJwt(await sandbox.token()).sub);
  await expect(sandbox.token("zoe")).rejects.toThrow("there is nobody named zoe; there are alice, bruno");
});
