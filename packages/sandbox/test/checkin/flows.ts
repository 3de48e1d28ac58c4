import { createHash, randomBytes } from "node:crypto";
import type { Sandbox } from "../../src/index.ts";
import { Browser } from "./browser.ts";

export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
export const scope = "openid profile email offline_access eduperson_entitlement entitlements";

export interface TokenAnswer {
  readonly status: number;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly error?: string;
  readonly error_description?: string;
}

export interface DeviceAnswer {
  readonly status: number;
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly interval: number;
  readonly expires_in: number;
  readonly error?: string;
  readonly error_description?: string;
}

export function pkce(): { verifier: string; code_challenge: string; code_challenge_method: string } {
  const verifier = randomBytes(32).toString("base64url");
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  return { verifier, code_challenge, code_challenge_method: "S256" };
}

/** Posts a form to an endpoint below the issuer. */
export async function post<T = TokenAnswer>(
  sandbox: Sandbox,
  endpoint: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<T> {
  const url = `${sandbox.issuer}/protocol/openid-connect/${endpoint}`;
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form), headers });
  const text = await response.text();
  return { status: response.status, ...(text === "" ? {} : (JSON.parse(text) as object)) } as T;
}

export function askDevice(sandbox: Sandbox, form: Record<string, string> = {}): Promise<DeviceAnswer> {
  return post<DeviceAnswer>(sandbox, "auth/device", { client_id: "fedbucket", scope, ...form });
}

export function redeemDevice(
  sandbox: Sandbox,
  device_code: string,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  return post(sandbox, "token", { grant_type: deviceGrant, client_id: "fedbucket", device_code, ...form });
}

/** Signs in in a browser of its own and lets the device in, or not. */
export async function decide(
  sandbox: Sandbox,
  device: DeviceAnswer,
  username = "alice",
  decision = "approved",
): Promise<Response> {
  const browser = new Browser();
  await browser.signIn(sandbox, username);
  await browser.visit(device.verification_uri_complete);
  return browser.submit({ user_code: device.user_code, decision }, device.verification_uri);
}

/** The whole device login. */
export async function signIn(sandbox: Sandbox, username = "alice"): Promise<TokenAnswer> {
  const { verifier, ...challenge } = pkce();
  const device = await askDevice(sandbox, challenge);
  await decide(sandbox, device, username);
  return redeemDevice(sandbox, device.device_code, { code_verifier: verifier });
}

export function refresh(sandbox: Sandbox, refresh_token: string, client_id = "fedbucket"): Promise<TokenAnswer> {
  return post(sandbox, "token", { grant_type: "refresh_token", client_id, refresh_token });
}

export function userinfo(sandbox: Sandbox, token: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${sandbox.issuer}/protocol/openid-connect/userinfo`, { headers });
}

export async function introspect(sandbox: Sandbox, token: string): Promise<Record<string, unknown>> {
  const { clientId, clientSecret } = sandbox.relyingParty;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return post(sandbox, "token/introspect", { token }, { Authorization: `Basic ${basic}` });
}

export function readJwt(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}
