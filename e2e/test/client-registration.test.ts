import { expect, test } from "vitest";
import { type PersonAtSandbox, personAtSandbox } from "../harness/person.ts";
import { jsonRecipe } from "../harness/recipe.ts";
import { followLinks } from "../harness/sign-in.ts";

const clientId = "our-hub";

interface Recipe {
  readonly grant_types: readonly string[];
  readonly redirect_uris: readonly string[];
  readonly scope: string;
}

/** A sandbox at whose Check-in a client is registered as docs/operators.md says. */
async function personAtHub(): Promise<PersonAtSandbox> {
  const recipe = (await jsonRecipe("token_endpoint_auth_method")) as unknown as Recipe;
  const { grant_types: grantTypes, redirect_uris: redirectUris, scope } = recipe;
  return personAtSandbox({ publicClients: [{ clientId, grantTypes, redirectUris, scope }] });
}

test("a client registered as operators are told: one click signs in, and the login renews itself", async () => {
  await using person = await personAtHub();
  const { onStderr, done } = followLinks(person);
  const env = { FEDBUCKET_CLIENT_ID: clientId };
  const connected = await person.run("connect sandbox", { env, onStderr });
  await done();
  expect(connected).toMatchObject({ code: 0, stderr: expect.stringContaining("device login") as unknown });
  const tokenAt = async (time: number): Promise<string> =>
    (await person.run("token issue --profile sandbox", { env, now: () => new Date(time) })).stdout;
  const first = await tokenAt(Date.now());
  const later = await tokenAt(Date.now() + 2 * 3600_000);
  for (const token of [first, later]) expect(claimsIn(token)).toMatchObject({ azp: clientId });
  expect(later).not.toBe(first);
  expect((await person.run("token list-vos --profile sandbox", { env })).stdout).toContain("vo.pangeo.eu");
});

test("that client without PKCE, or by a browser's redirect, is refused", async () => {
  await using person = await personAtHub();
  const { issuer } = person.sandbox;
  const form = (fields: object): URLSearchParams => new URLSearchParams({ client_id: clientId, ...fields });
  const endpoint = `${issuer}/protocol/openid-connect/auth`;
  const device = await fetch(`${endpoint}/device`, { method: "POST", body: form({ scope: "openid" }) });
  expect(device.status).toBe(400);
  expect(await device.json()).toMatchObject({ error_description: "Missing parameter: code_challenge_method" });
  const redirect = form({ response_type: "code", scope: "openid", redirect_uri: "http://127.0.0.1/" });
  expect((await fetch(`${endpoint}?${redirect.toString()}`)).status).toBe(400);
});

const claimsIn = (jwt: string): unknown => JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
