import { describe, expect, test } from "vitest";
import type { ServiceRequest } from "../../../src/http/service.ts";
import type { KeyOwner } from "../../../src/identity.ts";
import { authenticator } from "../../../src/s3/auth/authenticate.ts";
import { signingKeys } from "../../../src/s3/auth/signing-key.ts";
import { checkSignature } from "../../../src/s3/auth/sigv4.ts";
import { announcedChecksum } from "../../../src/s3/body/checksum.ts";
import { openPayload } from "../../../src/s3/body/payload.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const owner: KeyOwner = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  userId: "u",
  projectId: "p",
  projectName: "p",
  roles: ["member"],
};
const authenticate = authenticator(
  {
    findKey: (id) => Promise.resolve(id === owner.accessKeyId ? owner : undefined),
    findToken: () => Promise.resolve({ kind: "refused" }),
  },
  () => new Date("2013-05-24T00:00:00Z"),
);

function request(method: string, target: string, headers: Record<string, string>, body = ""): ServiceRequest {
  const [path = "/", rawQuery = ""] = target.split("?");
  return {
    method,
    path,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers,
    body: (async function* () {
      yield await Promise.resolve(Buffer.from(body));
    })(),
    origin: "https://examplebucket.s3.amazonaws.com",
  };
}

function authorization(signedHeaders: string, signature: string): string {
  const credential = `${owner.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

const common = {
  host: "examplebucket.s3.amazonaws.com",
  "x-amz-date": "20130524T000000Z",
  "x-amz-content-sha256": EMPTY,
};

// Amazon S3 API, "Examples: Signature calculations in AWS Signature Version 4"
describe("Amazon S3 examples", () => {
  const plain = "host;x-amz-content-sha256;x-amz-date";
  test.each([
    [
      "GET object with Range",
      "GET",
      "/test.txt",
      "host;range;x-amz-content-sha256;x-amz-date",
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
      { ...common, range: "bytes=0-9" },
    ],
    [
      "PUT object with a dollar",
      "PUT",
      "/test%24file.text",
      "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
      {
        ...common,
        date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      },
    ],
    [
      "GET lifecycle",
      "GET",
      "/?lifecycle",
      plain,
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
      common,
    ],
    [
      "GET listing",
      "GET",
      "/?max-keys=2&prefix=J",
      plain,
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      common,
    ],
  ])("%s", async (_, method, target, signedHeaders, signature, headers) => {
    const signed = { ...headers, authorization: authorization(signedHeaders, signature) };
    expect((await authenticate(request(method, target, signed))).caller).toBe(owner);
  });

  test("presigned GET", async () => {
    const query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const { caller } = await authenticate(request("GET", `/test.txt?${query}`, { host: common.host }));
    expect(caller).toBe(owner);
  });

  test("a changed header is noticed", async () => {
    const headers = { ...common, range: "bytes=0-8" };
    const signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    const signed = {
      ...headers,
      authorization: authorization("host;range;x-amz-content-sha256;x-amz-date", signature),
    };
    await expect(authenticate(request("GET", "/test.txt", signed))).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });
});

const chunkedHeaders = {
  "content-encoding": "aws-chunked",
  host: "s3.amazonaws.com",
  "x-amz-date": "20130524T000000Z",
  "x-amz-decoded-content-length": "66560",
  "x-amz-storage-class": "REDUCED_REDUNDANCY",
};

async function upload(headers: Record<string, string>, seed: string, body: string): Promise<string> {
  const names = Object.keys(headers).sort().join(";");
  const signed = request(
    "PUT",
    "/examplebucket/chunkObject.txt",
    { ...headers, authorization: authorization(names, seed) },
    body,
  );
  const payload = openPayload(signed, await authenticate(signed), announcedChecksum(signed.headers));
  const chunks: Uint8Array[] = [];
  for await (const chunk of payload.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function frames(signatures: readonly [string, string, string], trailer: string): string {
  const [first, second, last] = signatures;
  const chunk = (bytes: number, signature: string) =>
    `${bytes.toString(16)};chunk-signature=${signature}\r\n${"a".repeat(bytes)}${bytes === 0 ? "" : "\r\n"}`;
  return `${chunk(65536, first)}${chunk(1024, second)}${chunk(0, last)}${trailer}\r\n`;
}

// Amazon S3 API, "Signature calculations: transferring payload in multiple chunks"
describe("chunked upload example", () => {
  const headers = {
    ...chunkedHeaders,
    "content-length": "66824",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  };
  const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  const body = frames(
    [
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ],
    "",
  );

  test("every chunk's signature is right", async () => {
    expect(await upload(headers, seed, body)).toBe("a".repeat(66560));
  });

  test("a changed byte is noticed", async () => {
    const changed = body.replace("aaa\r\n400;", "aba\r\n400;");
    await expect(upload(headers, seed, changed)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("a missing chunk is noticed", async () => {
    const cut = body.slice(body.indexOf("400;chunk"));
    await expect(upload(headers, seed, cut)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("a missing end is noticed", async () => {
    await expect(upload(headers, seed, body.slice(0, 66000))).rejects.toMatchObject({ code: "IncompleteBody" });
  });
});

// Amazon S3 API, "Signature calculations: including trailing headers"
describe("chunked upload example with a trailer", () => {
  const headers = {
    ...chunkedHeaders,
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "x-amz-trailer": "x-amz-checksum-crc32c",
  };
  const seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
  const signatures = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
  ] as const;
  const signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
  const trailer = `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${signature}\r\n`;

  test("checksum and signature of the trailer are right", async () => {
    expect(await upload(headers, seed, frames(signatures, trailer))).toBe("a".repeat(66560));
  });

  test("an empty line before the trailer's signature is passed over, as minio-go sends it", async () => {
    const parted = trailer.replace("\r\n", "\n\r\n");
    expect(await upload(headers, seed, frames(signatures, parted))).toBe("a".repeat(66560));
    const changed = frames(signatures, parted.replace("sOO8", "sOO9"));
    await expect(upload(headers, seed, changed)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("a changed trailer is noticed", async () => {
    const changed = frames(signatures, trailer.replace("sOO8", "sOO9"));
    await expect(upload(headers, seed, changed)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("a missing trailer is noticed", async () => {
    await expect(upload(headers, seed, frames(signatures, ""))).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });
});

// AWS General Reference, Signature Version 4 test suite
describe("AWS SigV4 test suite", () => {
  const scope = "20150830/us-east-1/service/aws4_request";
  const key = signingKeys()("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope);
  const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
  const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  test.each([
    ["get-vanilla", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query-order-key-case",
      "/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "get-vanilla-query-unreserved",
      `/?${unreserved}=${unreserved}`,
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ],
    ["get-utf8", "/%E1%88%B4", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"],
  ])("%s", (_, target, signature) => {
    const claim = {
      version: 4 as const,
      accessKeyId: "AKIDEXAMPLE",
      scope,
      signature,
      timestamp: headers["x-amz-date"],
      signedHeaders: ["host", "x-amz-date"],
      payloadHash: EMPTY,
    };
    expect(() => checkSignature(request("GET", target, headers), claim, key)).not.toThrow();
  });
});
