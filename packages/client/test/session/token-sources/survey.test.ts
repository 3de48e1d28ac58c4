import { expect, test } from "vitest";
import { Secret } from "../../../src/secret.ts";
import { makeProfile } from "../../../src/session/profile.ts";
import { environmentSources } from "../../../src/session/token-sources/environment.ts";
import { surveySources } from "../../../src/session/token-sources/survey.ts";

const profile = makeProfile("mine", { site: "https://keystone.example/v3", issuer: "https://issuer.example" });
const now = new Date("2026-11-23T12:00:00Z");

function token(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ iss: "https://issuer.example", typ: "Bearer", ...claims })}.c2ln`;
}

const later = now.getTime() / 1000 + 3600;

test("our own login wins while it can be renewed", async () => {
  const login = { accessToken: new Secret("x"), refreshToken: new Secret("y"), source: "device login" };
  const sources = environmentSources({ OIDC_ACCESS_TOKEN: token({ exp: later }) });
  expect(await surveySources({ profile, login, sources, now })).toEqual([
    { name: "device login", standing: "used" },
    { name: "OIDC_ACCESS_TOKEN", standing: "shadowed", by: "device login" },
  ]);
});

test("what cannot be used says why, and the next one is used", async () => {
  const sources = environmentSources({
    OIDC_ACCESS_TOKEN: "",
    FEDCLOUD_OIDC_ACCESS_TOKEN: token({ exp: later - 7200 }),
    OS_ACCESS_TOKEN: token({ exp: later }),
  });
  expect(await surveySources({ profile, login: undefined, sources, now })).toMatchObject([
    { name: "OIDC_ACCESS_TOKEN", standing: "unusable", reason: "OIDC_ACCESS_TOKEN is empty" },
    { name: "FEDCLOUD_OIDC_ACCESS_TOKEN", standing: "unusable" },
    { name: "OS_ACCESS_TOKEN", standing: "used" },
  ]);
});
