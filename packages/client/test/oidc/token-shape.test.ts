import { expect, test } from "vitest";
import { tokenShape } from "../../src/oidc/token-shape.ts";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: object, header: object = { alg: "RS256" }): string =>
  `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;
const claims = {
  iss: "https://issuer.example",
  sub: "me@egi.eu",
  exp: 1_800_000_000,
  nbf: 1_700_000_000,
  azp: "portal",
};

test("an access token and what it says", () => {
  expect(tokenShape(jwt(claims))).toMatchObject({
    kind: "access-token",
    claims: {
      issuer: "https://issuer.example",
      subject: "me@egi.eu",
      expiresAt: new Date(1_800_000_000_000),
      notBefore: new Date(1_700_000_000_000),
      clientId: "portal",
    },
  });
});

test.each([
  ["backticks", (token: string) => `\`${token}\``],
  ["quotes", (token: string) => `'${token}'`],
  ["Bearer", (token: string) => `Bearer ${token}`],
  ["a header", (token: string) => `Authorization: Bearer ${token}`],
  ["a shell line", (token: string) => `export OIDC_ACCESS_TOKEN="${token}";`],
  ["line breaks of a terminal", (token: string) => `${token.slice(0, 40)}\r\n${token.slice(40)}\n`],
])("%s around it come off", (_, wrap) => {
  const token = jwt(claims);
  const shape = tokenShape(wrap(token));
  expect("token" in shape && shape.token.reveal()).toBe(token);
});

test.each([
  ["refresh-token", jwt({ ...claims, typ: "Refresh" })],
  ["refresh-token", jwt({ ...claims, typ: "Offline" })],
  ["id-token", jwt({ ...claims, typ: "ID" })],
  ["access-token", jwt({ ...claims, typ: "Bearer" }, { alg: "RS256", typ: "at+jwt" })],
  ["truncated-jwt", jwt(claims).slice(0, 60)],
  ["truncated-jwt", jwt(claims).split(".").slice(0, 2).join(".")],
  ["keystone-token", `gAAAAA${"Bq".repeat(40)}`],
  ["s3-key", "c54fba33907e4b0a9b2addef570c5cff"],
  ["s3-key", "AKIAIOSFODNN7EXAMPLE"],
  ["opaque", "r1-Zk3jd93kdlsw02kfjGHsk"],
  ["malformed", "two words of text here"],
  ["malformed", "word"],
  ["empty", ""],
  ["empty", " `` \n"],
])("%s: %s", (kind, text) => {
  expect(tokenShape(text).kind).toBe(kind);
});

test("a token shows itself nowhere", () => {
  expect(JSON.stringify(tokenShape(jwt(claims)))).not.toContain("c2lnbmF0dXJl");
});
