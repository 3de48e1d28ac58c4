import { expect, test } from "vitest";
import { readDiscovery } from "../../src/oidc/discovery.ts";
import { readTokens, refreshRequest } from "../../src/oidc/tokens.ts";
import { readUserinfo } from "../../src/oidc/userinfo.ts";
import { Secret } from "../../src/secret.ts";
import { answer } from "../records.ts";

const issuer = "https://issuer.example/realms/egi";
const metadata = { issuer, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/userinfo` };

test("discovery: the endpoints", async () => {
  expect(await readDiscovery(answer(200, metadata), issuer)).toMatchObject({ tokenEndpoint: `${issuer}/token` });
});

test("discovery: another issuer's document, a page that is no document", async () => {
  const other = { ...metadata, issuer: "https://other.example" };
  await expect(readDiscovery(answer(200, other), issuer)).rejects.toMatchObject({ code: "OIDC_WRONG_ISSUER" });
  await expect(readDiscovery(answer(200, "<html>"), issuer)).rejects.toMatchObject({ code: "OIDC_BAD_RESPONSE" });
});

test("userinfo: the person and the groups of both claims, each once", async () => {
  const urn = "urn:mace:egi.eu:group:vo.pangeo.eu:role=member#aai.egi.eu";
  const body = { sub: "a@egi.eu", name: "Alice", eduperson_entitlement: [urn], entitlements: urn };
  expect(await readUserinfo(answer(200, body))).toMatchObject({ name: "Alice", groups: [{ vo: "vo.pangeo.eu" }] });
});

test("userinfo: a refused token", async () => {
  await expect(readUserinfo(answer(401, "no"))).rejects.toMatchObject({ code: "OIDC_TOKEN_REFUSED", status: 401 });
});

test("refresh: the token travels in the body, which shows it to nobody", async () => {
  const request = refreshRequest("https://issuer.example/token", "my client", new Secret("r/1"));
  expect(JSON.stringify(request)).not.toContain("r/1");
  let sent = "";
  for await (const chunk of request.body?.open() ?? []) sent += new TextDecoder().decode(chunk);
  expect(sent).toBe("grant_type=refresh_token&client_id=my%20client&refresh_token=r%2F1");
});

test("refresh: rotated tokens, and a refusal by its OAuth error", async () => {
  const tokens = await readTokens(answer(200, { access_token: "a", refresh_token: "r2", expires_in: 3599 }));
  expect([tokens.refreshToken?.reveal(), tokens.expiresInSeconds]).toEqual(["r2", 3599]);
  const refused = readTokens(answer(400, { error: "invalid_grant", error_description: "grant request is invalid" }));
  await expect(refused).rejects.toMatchObject({ code: "OIDC_GRANT_REFUSED", oauthError: "invalid_grant" });
});
