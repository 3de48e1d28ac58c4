import { expect, test } from "vitest";
import { readText } from "../../src/body.ts";
import { Secret } from "../../src/secret.ts";
import { assumeRoleRequest, readAssumedRole } from "../../src/sts/assume-role.ts";
import { answer } from "../records.ts";

const identity = { identityToken: new Secret("id+token"), accessToken: new Secret("access&token") };

const granted = (credentials: string): string =>
  `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
  <Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

test("both tokens travel in the body, encoded, and never in the address", async () => {
  const { url, body } = assumeRoleRequest("https://minio.example.org", identity, "arn:minio:iam:::role/r");
  expect(url).toBe("https://minio.example.org/");
  if (body === undefined) throw new Error("no body");
  const sent = await readText({ status: 200, headers: {}, body: body.open() });
  expect(Object.fromEntries(new URLSearchParams(sent))).toEqual({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleSessionName: "fedbucket",
    RoleArn: "arn:minio:iam:::role/r",
    WebIdentityToken: "id+token",
    WebIdentityAccessToken: "access&token",
  });
});

test("what is lent is read, and prints without its secrets", async () => {
  const text = granted(
    "<AccessKeyId>AK</AccessKeyId><SecretAccessKey>shh</SecretAccessKey><SessionToken>st</SessionToken><Expiration>2026-11-26T07:00:00Z</Expiration>",
  );
  const lent = await readAssumedRole(answer(200, text));
  expect(lent).toMatchObject({ accessKeyId: "AK", expiresAt: new Date("2026-11-26T07:00:00Z") });
  expect([lent.secretAccessKey.reveal(), lent.sessionToken.reveal()]).toEqual(["shh", "st"]);
  expect(JSON.stringify(lent)).not.toMatch(/shh|"st"/);
});

test.each([
  ["half an answer", 200, granted("<AccessKeyId>AK</AccessKeyId>"), "HTTP 200"],
  ["a web page", 200, "<html><body>Sign in</body></html>", "HTTP 200"],
  ["a proxy", 502, "<html>Bad Gateway</html>", "HTTP 502"],
  ["an S3 server without STS", 405, "<Error><Code>MethodNotAllowed</Code></Error>", "HTTP 405"],
  [
    "MinIO, of another client",
    400,
    "<ErrorResponse><Error><Code>InvalidParameterValue</Code><Message>no</Message></Error><RequestId>R</RequestId></ErrorResponse>",
    "InvalidParameterValue",
  ],
])("%s: an error, by its code", async (_, status, text, code) => {
  await expect(readAssumedRole(answer(status, text))).rejects.toMatchObject({ name: "StsError", code, status });
});
