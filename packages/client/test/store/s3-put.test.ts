import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { Http, HttpRequest } from "../../src/http.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { Secret } from "../../src/secret.ts";
import { s3Account } from "../../src/store/s3-account.ts";
import type { Store } from "../../src/store/store.ts";

const crcOf = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
};

const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");

type Headers = Record<string, string>;
/** What a server answers to headers and body. */
type Server = (sent: HttpRequest["headers"], text: string) => { status?: number; headers?: Headers; text?: string };

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A bucket at such a server, and which checksums each upload carried. */
function bucketAt(server: Server): { store: Store; carried: string[][] } {
  const carried: string[][] = [];
  const http: Http = {
    now: () => new Date(),
    async send({ headers: sent, body }) {
      let text = "";
      for await (const chunk of body?.open() ?? []) text += String(Buffer.from(chunk));
      carried.push(["content-md5", "x-amz-checksum-crc32"].filter((name) => name in sent));
      const { status = 200, headers, text: words = "" } = server(sent, text);
      return { status, headers: { etag: `"${md5Of(text)}"`, ...headers }, body: bytes(words) };
    },
  };
  const credentials = async () => ({ accessKeyId: "a", secretAccessKey: new Secret("s") });
  const endpoint = { url: "https://store.example.org", region: "r" };
  return { store: s3Account({ http, endpoint, credentials, crypto: nodeCrypto() }).bucket("b"), carried };
}

const put = async (store: Store, text: string): Promise<unknown> =>
  await store.put("k", { bytes: text.length, open: () => bytes(text) });

const confirms: Server = (sent) =>
  "x-amz-checksum-crc32" in sent ? { headers: { "x-amz-checksum-crc32": String(sent["x-amz-checksum-crc32"]) } } : {};

test("a server that confirms the CRC is sent no MD5 from then on", async () => {
  const { store, carried } = bucketAt(confirms);
  for (const text of ["one", "two", "three"]) await put(store, text);
  expect(carried).toEqual([
    ["content-md5", "x-amz-checksum-crc32"],
    ["x-amz-checksum-crc32"],
    ["x-amz-checksum-crc32"],
  ]);
});

test("a server that ignores it is sent none again", async () => {
  const { store, carried } = bucketAt(() => ({}));
  for (const text of ["one", "two"]) await put(store, text);
  expect(carried).toEqual([["content-md5", "x-amz-checksum-crc32"], ["content-md5"]]);
});

test("a server that refuses the unknown header gets the same bytes without", async () => {
  const text = "<Error><Code>NotImplemented</Code></Error>";
  const { store, carried } = bucketAt((sent) =>
    "x-amz-checksum-crc32" in sent ? { status: 501, headers: { "content-type": "application/xml" }, text } : {},
  );
  for (const content of ["one", "two"]) await put(store, content);
  expect(carried).toEqual([["content-md5", "x-amz-checksum-crc32"], ["content-md5"], ["content-md5"]]);
});

test("a confirmed CRC of other bytes is a damaged object, also with the right ETag", async () => {
  const { store } = bucketAt(() => ({ headers: { "x-amz-checksum-crc32": crcOf("other") } }));
  await expect(put(store, "one")).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

test("an answer that does not confirm it is judged by its ETag", async () => {
  const { store, carried } = bucketAt((sent, text) =>
    text === "one" ? confirms(sent, text) : { headers: { etag: `"${md5Of("two")}"` } },
  );
  for (const text of ["one", "two"]) await put(store, text);
  expect(carried[1]).toEqual(["x-amz-checksum-crc32"]);
  await expect(put(store, "three")).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});
