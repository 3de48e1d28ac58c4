import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { Browser } from "./browser.ts";
import { askDevice, decide, deviceGrant, pkce, post, redeemDevice, signIn, userinfo } from "./flows.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test("device login: code, approval, tokens that work", async () => {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, challenge);
  expect(device).toMatchObject({
    status: 200,
    expires_in: 600,
    interval: 1,
    verification_uri: `${sandbox.issuer}/device`,
  });
  expect(await redeemDevice(sandbox, device.device_code, { code_verifier: verifier })).toMatchObject({
    status: 400,
    error: "authorization_pending",
  });
  expect(await (await decide(sandbox, device)).text()).toContain("The device is signed in");
  const tokens = await redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
  expect(tokens).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 3600 });
  expect(tokens.scope.split(" ")).toContain("eduperson_entitlement");
  expect((await userinfo(sandbox, tokens.access_token)).status).toBe(200);
  expect(tokens.refresh_token).toBeTypeOf("string");
});

test("denied at the page: access_denied", async () => {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, challenge);
  await decide(sandbox, device, "alice", "denied");
  const tokens = await redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
  expect(tokens).toMatchObject({ status: 400, error: "access_denied" });
});

test("a challenge is required of fedbucket's client", async () => {
  expect(await askDevice(sandbox)).toMatchObject({
    status: 400,
    error: "invalid_request",
    error_description: "Missing parameter: code_challenge_method",
  });
});

test.each([
  [{ code_challenge_method: "S256" }, "Missing parameter: code_challenge"],
  [{ code_challenge_method: "plain", code_challenge: "a".repeat(43) }, "Invalid parameter: code_challenge_method"],
  [{ code_challenge_method: "S256", code_challenge: "short" }, "Invalid parameter: code_challenge"],
])("a bad challenge is refused: %o", async (form, error_description) => {
  expect(await askDevice(sandbox, form)).toMatchObject({ status: 400, error_description });
});

test("a missing verifier is refused, and the right one still works", async () => {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, challenge);
  await decide(sandbox, device);
  expect(await redeemDevice(sandbox, device.device_code, {})).toMatchObject({
    status: 400,
    error: "invalid_grant",
    error_description: "PKCE code verifier not specified",
  });
  expect(await redeemDevice(sandbox, device.device_code, { code_verifier: verifier })).toMatchObject({ status: 200 });
});

test("a wrong verifier is refused", async () => {
  const device = await askDevice(sandbox, pkce());
  await decide(sandbox, device);
  const tokens = await redeemDevice(sandbox, device.device_code, { code_verifier: pkce().verifier });
  expect(tokens).toMatchObject({ status: 400, error: "invalid_grant", error_description: "PKCE verification failed" });
});

test("a verifier is good once: replayed, it is refused and the tokens it gave die", async () => {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, challenge);
  await decide(sandbox, device);
  const tokens = await redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
  const replayed = await redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
  expect(replayed).toMatchObject({ status: 400, error: "invalid_grant" });
  expect((await userinfo(sandbox, tokens.access_token)).status).toBe(401);
});

test("the challenge's inner name cannot be set from outside", async () => {
  const device = await post<{ status: number; device_code: string }>(sandbox, "auth/device", {
    client_id: "oidc-agent",
    scope: "openid",
    device_code_challenge: "x".repeat(43),
  });
  const tokens = await post(sandbox, "token", {
    grant_type: deviceGrant,
    client_id: "oidc-agent",
    device_code: device.device_code,
  });
  expect(tokens.error).toBe("authorization_pending");
});

test("oidc-agent signs in without PKCE, with an empty secret in HTTP Basic", async () => {
  const headers = { Authorization: `Basic ${Buffer.from("oidc-agent:").toString("base64")}` };
  const form = { scope: "openid offline_access" };
  const device = await post<Awaited<ReturnType<typeof askDevice>>>(sandbox, "auth/device", form, headers);
  await decide(sandbox, device);
  const redeem = { grant_type: deviceGrant, device_code: device.device_code };
  expect(await post(sandbox, "token", redeem, headers)).toMatchObject({ status: 200 });
});

test("without offline_access there is no refresh token", async () => {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, { ...challenge, scope: "openid" });
  await decide(sandbox, device);
  const tokens = await redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
  expect(tokens.status).toBe(200);
  expect(tokens.refresh_token).toBeUndefined();
});

test("a code typed by hand may have any case and spacing; an unknown one is said to be", async () => {
  const device = await askDevice(sandbox, pkce());
  const browser = new Browser();
  await browser.signIn(sandbox, "alice");
  const typed = ` ${device.user_code.toLowerCase().replace("-", " ")} `;
  const page = await browser.visit(`${device.verification_uri}?user_code=${encodeURIComponent(typed)}`);
  expect(await page.text()).toContain(device.user_code);
  const unknown = await browser.visit(`${device.verification_uri}?user_code=<b>`);
  expect(unknown.status).toBe(400);
  expect(await unknown.text()).toContain("The code &lt;b&gt; is unknown, used or expired.");
});

test("an approved code cannot be approved again", async () => {
  const device = await askDevice(sandbox, pkce());
  await decide(sandbox, device);
  expect((await decide(sandbox, device, "elena")).status).toBe(400);
});

test("somebody in no VO signs in all the same", async () => {
  const tokens = await signIn(sandbox, "elena");
  const claims = (await (await userinfo(sandbox, tokens.access_token)).json()) as Record<string, unknown>;
  expect(claims["entitlements"]).toEqual([]);
});

test("switched off, the device grant is neither announced nor answered", async () => {
  await using without = await startSandbox({ deviceGrant: false });
  const discovery = (await (await fetch(`${without.issuer}/.well-known/openid-configuration`)).json()) as {
    grant_types_supported: string[];
  };
  expect(discovery).not.toHaveProperty("device_authorization_endpoint");
  expect(discovery.grant_types_supported).not.toContain(deviceGrant);
  const url = `${without.issuer}/protocol/openid-connect/auth/device`;
  const { verifier: _, ...challenge } = pkce();
  const body = new URLSearchParams({ client_id: "fedbucket", ...challenge });
  expect((await fetch(url, { method: "POST", body })).status).toBe(404);
  expect((await fetch(`${without.issuer}/device`)).status).toBe(404);
});
