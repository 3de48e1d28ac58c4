import { expect, test } from "vitest";
import { prefixRule, usernameIn } from "../../src/session/prefix-rule.ts";
import { makeProfile } from "../../src/session/profile.ts";
import { Secret } from "../../src/secret.ts";

const minio = makeProfile("minio", { sts: "https://minio.example.org" }, undefined);

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (claims: object): Secret => new Secret(`${encoded({ alg: "RS256" })}.${encoded(claims)}.c2ln`);

test("the person's name stands in the rule as the ID token tells it to the store", () => {
  const login = { accessToken: token({}), idToken: token({ preferred_username: "alice" }), source: "device login" };
  const username = usernameIn({ issuer: "", keystoneUrl: "", madeKeys: [], login });
  expect(prefixRule(minio, username, "data").at(-1)).toBe("fedbucket mb minio:alice-data");
  expect(prefixRule(minio, username, "alice-data")).toEqual([]);
});

test("a site with Keystone has no such rule", () => {
  const site = makeProfile("site", { site: "https://keystone.example.org/v3" }, undefined);
  expect(prefixRule(site, "alice", "data")).toEqual([]);
});
