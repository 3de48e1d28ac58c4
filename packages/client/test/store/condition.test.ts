import { expect, test } from "vitest";
import type { Http, HttpRequest } from "../../src/http.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { Secret } from "../../src/secret.ts";
import { s3Account } from "../../src/store/s3-account.ts";

const refusal =
  "<Error><Code>NotImplemented</Code><Message>Conditional object PUTs are not supported.</Message></Error>";

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A bucket at a server that refuses every write as Swift's s3api refuses conditional ones. */
function bucket() {
  const requests: HttpRequest[] = [];
  const http: Http = {
    now: () => new Date(),
    send: async (request) => {
      requests.push(request);
      return { status: 501, headers: { "content-type": "application/xml" }, body: bytes(refusal) };
    },
  };
  const credentials = async () => ({ accessKeyId: "a", secretAccessKey: new Secret("s") });
  const endpoint = { url: "https://store.example.org", region: "r" };
  const account = s3Account({ http, endpoint, credentials, crypto: nodeCrypto() });
  return { account, requests };
}

const body = { bytes: 1, open: () => bytes("x") };
const words = /cannot write on the condition that nothing is there yet/;

test("a store without conditional writes says so, is remembered as such, and is not asked again", async () => {
  const { account, requests } = bucket();
  const store = account.bucket("b");
  expect(store.features.putIfAbsent).toBe(true);
  await expect(store.put("k", body, { ifAbsent: true })).rejects.toThrow(words);
  expect(account.bucket("other").features.putIfAbsent).toBe(false);
  await expect(store.put("k", body, { ifAbsent: true })).rejects.toThrow(words);
  await expect(store.putStream("k", bytes("x"), { ifAbsent: true })).rejects.toThrow(words);
  expect(requests).toHaveLength(1);
});

test("putStream learns it as well as put", async () => {
  const { account } = bucket();
  const store = account.bucket("b");
  await expect(store.putStream("k", bytes("x"), { ifAbsent: true })).rejects.toThrow(words);
  expect(store.features.putIfAbsent).toBe(false);
});
