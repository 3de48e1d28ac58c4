import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/index.ts";
import { Browser } from "./browser.ts";
import { pkce, post, readJwt, scope, userinfo } from "./flows.ts";

const redirect_uri = "http://127.0.0.1:54321/callback";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function authorizationUrl(parameters: Record<string, string>): string {
  const query = new URLSearchParams({
    client_id: "fedbucket",
    response_type: "code",
    redirect_uri,
    scope,
    ...parameters,
  });
  return `${sandbox.issuer}/protocol/openid-connect/auth?${query.toString()}`;
}

/** Signs in, where asked to, and returns what the client gets at its loopback address. */
async function authorize(parameters: Record<string, string>, browser = new Browser()): Promise<URLSearchParams> {
  const page = await browser.visit(authorizationUrl(parameters));
  const isAsked = page.status === 200;
  const answer = isAsked ? await browser.submit({ username: "alice", passphrase: sandbox.passphrase }) : page;
  const location = new URL(answer.headers.get("location") ?? "");
  expect(location.origin + location.pathname).toBe(redirect_uri);
  return location.searchParams;
}

function redeem(code: string, form: Record<string, string>) {
  return post(sandbox, "token", {
    grant_type: "authorization_code",
    client_id: "fedbucket",
    redirect_uri,
    code,
    ...form,
  });
}

test("code login on any loopback port: tokens, state, nonce", async () => {
  const { verifier, ...challenge } = pkce();
  const answer = await authorize({ ...challenge, state: "s", nonce: "n" });
  expect(answer.get("state")).toBe("s");
  expect(answer.get("iss")).toBe(sandbox.issuer);
  const tokens = await redeem(answer.get("code") ?? "", { code_verifier: verifier });
  expect(tokens).toMatchObject({ status: 200, token_type: "Bearer" });
  expect(tokens.refresh_token).toBeTypeOf("string");
  expect(readJwt(tokens.id_token)).toMatchObject({ nonce: "n", aud: "fedbucket", iss: sandbox.issuer });
  expect(readJwt(tokens.id_token)["voperson_id"]).toBe(readJwt(tokens.id_token)["sub"]);
  expect((await userinfo(sandbox, tokens.access_token)).status).toBe(200);
});

test("the login page names the client that asks", async () => {
  const { verifier: _, ...challenge } = pkce();
  const page = await new Browser().visit(authorizationUrl(challenge));
  expect(await page.text()).toContain("to continue to <strong>fedbucket</strong>");
});

test("the second login of a browser asks nothing", async () => {
  const browser = new Browser();
  await browser.signIn(sandbox, "alice");
  const { verifier: _, ...challenge } = pkce();
  expect((await authorize(challenge, browser)).get("code")).toBeTypeOf("string");
});

test("prompt=consent of somebody signed in comes back with a code", async () => {
  const browser = new Browser();
  await browser.signIn(sandbox, "alice");
  const { verifier: _, ...challenge } = pkce();
  expect((await authorize({ ...challenge, prompt: "consent" }, browser)).get("code")).toBeTypeOf("string");
});

test.each([
  ["missing", {}],
  ["wrong", { code_verifier: pkce().verifier }],
])("a %s verifier is refused", async (_name, form) => {
  const { verifier: _, ...challenge } = pkce();
  const code = (await authorize(challenge)).get("code") ?? "";
  expect(await redeem(code, form)).toMatchObject({ status: 400, error: "invalid_grant" });
});

test("a code is good once: replayed, it is refused and its tokens die", async () => {
  const { verifier, ...challenge } = pkce();
  const code = (await authorize(challenge)).get("code") ?? "";
  const tokens = await redeem(code, { code_verifier: verifier });
  expect(await redeem(code, { code_verifier: verifier })).toMatchObject({ status: 400, error: "invalid_grant" });
  expect((await userinfo(sandbox, tokens.access_token)).status).toBe(401);
});

test("a public client without a challenge is sent back with an error", async () => {
  expect((await authorize({}, new Browser())).get("error")).toBe("invalid_request");
});

test("an unregistered redirect is refused on a page, not redirected to", async () => {
  const { verifier: _, ...challenge } = pkce();
  const response = await new Browser().visit(authorizationUrl({ ...challenge, redirect_uri: "https://evil.example/" }));
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("redirect_uri");
});

test("signing out ends the session", async () => {
  const browser = new Browser();
  await browser.signIn(sandbox, "alice");
  const page = await browser.visit(`${sandbox.issuer}/protocol/openid-connect/logout`);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const bye = await browser.submit({ xsrf, logout: "yes" }, `${sandbox.issuer}/protocol/openid-connect/logout/confirm`);
  expect(await bye.text()).toContain("Signed out");
  expect(await (await browser.visit(new URL("/token/", sandbox.issuer).href)).text()).toContain("Sign in");
});
