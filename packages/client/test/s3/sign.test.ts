import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/http.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { emptyPayload, presignUrl, signRequest } from "../../src/s3/sign.ts";
import { Secret } from "../../src/secret.ts";

// The examples of AWS Signature Version 4 for S3: "Authorization Header" and "Query Parameters".
const options = {
  keys: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
  },
  region: "us-east-1",
  at: new Date("2013-05-24T00:00:00Z"),
  crypto: nodeCrypto(),
};
const host = "https://examplebucket.s3.amazonaws.com";

const vectors: readonly (readonly [string, HttpRequest, payload: string, headers: string, signature: string])[] = [
  [
    "GET Object with a range",
    { method: "GET", url: `${host}/test.txt`, headers: { range: "bytes=0-9" } },
    emptyPayload,
    "host;range;x-amz-content-sha256;x-amz-date",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "PUT Object with a dollar sign in its key",
    {
      method: "PUT",
      url: `${host}/test%24file.text`,
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
    },
    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "GET Bucket Lifecycle, a parameter without a value",
    { method: "GET", url: `${host}/?lifecycle`, headers: {} },
    emptyPayload,
    "host;x-amz-content-sha256;x-amz-date",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "List Objects, parameters in any order",
    { method: "GET", url: `${host}/?prefix=J&max-keys=2`, headers: {} },
    emptyPayload,
    "host;x-amz-content-sha256;x-amz-date",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
];

test.each(vectors)("AWS's example is signed as AWS does: %s", (_, request, payload, signedHeaders, signature) => {
  expect(signRequest(request, payload, options).headers["authorization"]).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
      `SignedHeaders=${signedHeaders},Signature=${signature}`,
  );
});

test("AWS's example of a presigned URL is made as AWS does", () => {
  expect(presignUrl("GET", `${host}/test.txt`, 86_400, options)).toBe(
    `${host}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256` +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test("a session token is signed and stays a Secret", () => {
  const keys = { ...options.keys, sessionToken: new Secret("lent-for-an-hour") };
  const { headers } = signRequest({ method: "GET", url: `${host}/`, headers: {} }, emptyPayload, { ...options, keys });
  expect(headers["authorization"]).toContain(
    "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,",
  );
  expect(headers["x-amz-security-token"]).toBeInstanceOf(Secret);
  expect(JSON.stringify(headers)).not.toContain("lent-for-an-hour");
});

test("another day derives another key", () => {
  const sign = (at: Date): unknown =>
    signRequest({ method: "GET", url: `${host}/`, headers: {} }, emptyPayload, { ...options, at }).headers[
      "authorization"
    ];
  const first = sign(new Date("2013-05-24T00:00:00Z"));
  expect(sign(new Date("2013-05-25T00:00:00Z"))).not.toBe(first);
  expect(sign(new Date("2013-05-24T00:00:00Z"))).toBe(first);
});
