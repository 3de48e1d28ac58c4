import { type S3Credentials, Secret, type StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyOf, bytesOf, chunks, refusal } from "./store-contract.ts";
import { makeKeys, openStores, scopedToken, type Stores } from "./stores.ts";

let stores: Stores;
beforeAll(async () => void (stores = await openStores({ secretCacheSeconds: 0 })));
afterAll(async () => await stores[Symbol.asyncDispose]());

async function bucketsOf(account: StoreAccount): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of account.listBuckets()) names.push(name);
  return names;
}

async function countOf(listing: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of listing) count++;
  return count;
}

describe.each(["s3", "swift"] as const)("an account over %s", (protocol) => {
  test("lists the project's buckets", async () => {
    expect(await bucketsOf(stores[protocol])).toEqual(
      expect.arrayContaining(["WG1", "input-data", "test-gey", "test-slv", "tmp"]),
    );
  });

  test("makes a bucket, again without an error, and removes it when it is empty", async () => {
    const account = stores[protocol];
    const name = `made-over-${protocol}`;
    await account.createBucket(name);
    await account.createBucket(name);
    expect(await bucketsOf(account)).toContain(name);
    await account.bucket(name).put("in the way", bodyOf("x"));
    await expect(account.removeBucket(name)).rejects.toMatchObject(refusal("STORE_NOT_EMPTY"));
    await account.bucket(name).remove("in the way");
    await account.removeBucket(name);
    expect(await bucketsOf(account)).not.toContain(name);
    await expect(account.removeBucket(name)).rejects.toMatchObject(refusal("STORE_NO_BUCKET"));
  });

  test("tells a missing bucket from a missing object", async () => {
    const store = stores[protocol].bucket("no-such-bucket");
    const missing = refusal("STORE_NO_BUCKET");
    await expect(store.stat("x")).rejects.toMatchObject(missing);
    await expect(store.get("x")).rejects.toMatchObject(missing);
    await expect(store.put("x", bodyOf("x"))).rejects.toMatchObject(missing);
    await expect(store.putStream("x", chunks(Buffer.alloc(20_000_000)))).rejects.toMatchObject(missing);
    await expect(store.remove("x")).rejects.toMatchObject(missing);
    await expect(countOf(store.list())).rejects.toMatchObject(missing);
  });

  test("copies within the store, type and metadata included, only what has not changed", async () => {
    const from = stores[protocol].bucket("tmp");
    const to = stores[protocol].bucket("test-gey");
    const described = { contentType: "text/x-test", metadata: { colour: "blue" } };
    const key = "copied é + ?/#";
    const { etag } = await from.put(key, bodyOf("the same"), described);
    const copy = async (source: object): Promise<unknown> =>
      to.copy?.({ bucket: "tmp", key, etag, ...source }, "copy é");
    expect(await copy({})).toEqual({ etag });
    expect(await to.stat("copy é")).toMatchObject({ bytes: 8, ...described });
    await from.put(key, bodyOf("other bytes"));
    await expect(copy({})).rejects.toMatchObject(refusal("STORE_CHANGED"));
    await expect(copy({ key: "none" })).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
    await to.remove("copy é");
    await expect(to.stat("copy é")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
  });

  test("names that address nothing, or something else, make no request", () => {
    for (const name of ["", ".", "..", "a/b", "\ud800"])
      expect(() => stores[protocol].bucket(name)).toThrow(expect.objectContaining(refusal("STORE_BAD_NAME")));
  });
});

test("what S3 writes Swift reads, and the other way round", async () => {
  const metadata = { from: "s3" };
  await stores.s3.bucket("tmp").put("shared/über.txt", bodyOf("one store"), { metadata, contentType: "text/plain" });
  const seen = await stores.swift.bucket("tmp").get("shared/über.txt");
  expect(String(await bytesOf(seen.body))).toBe("one store");
  expect(seen.info).toMatchObject({ metadata, contentType: "text/plain" });
  await stores.swift.bucket("tmp").putStream("shared/large", chunks(Buffer.alloc(20_000_000, 7)));
  expect((await stores.s3.bucket("tmp").stat("shared/large")).bytes).toBe(20_000_000);
});

test("refused keys are asked for anew, once for all requests that were refused together", async () => {
  const revoked = await makeKeys(stores.sandbox, stores.access.token.reveal());
  let current: S3Credentials = revoked;
  const renewals: unknown[] = [];
  const account = stores.s3With(async (options) => {
    if (options?.refused === undefined) return current;
    renewals.push(options.refused);
    current = stores.keys;
    return current;
  });
  await account.bucket("tmp").put("before", bodyOf("x"));
  expect(stores.sandbox.deleteKey(revoked.accessKeyId)).toBe(true);
  const store = account.bucket("tmp");
  const done = await Promise.all([store.stat("before"), store.put("after", bodyOf("y")), bucketsOf(account)]);
  expect(done[0].bytes).toBe(1);
  expect(renewals).toEqual([revoked]);
});

test("keys that stay refused end in one error without the secret", async () => {
  const wrong = { ...stores.keys, secretAccessKey: new Secret("planted-secret") };
  const account = stores.s3With(async () => wrong);
  const error = await account
    .bucket("tmp")
    .stat("before")
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(refusal("STORE_UNAUTHENTICATED"));
  expect(JSON.stringify(error) + String(error)).not.toContain("planted-secret");
});

test("a refused Keystone token is asked for anew, also before a stream that can be sent only once", async () => {
  const expired = { ...stores.access, token: new Secret("gAAAAA-expired") };
  const renewed = { ...stores.access, token: new Secret(await scopedToken(stores.sandbox)) };
  let renewals = 0;
  const account = stores.swiftWith(async (options) => {
    if (options?.refused === undefined) return renewals === 0 ? expired : renewed;
    renewals++;
    return renewed;
  });
  await account.bucket("tmp").putStream("after-expiry", chunks(Buffer.alloc(20_000_000, 1)));
  expect(renewals).toBe(1);
  expect((await account.bucket("tmp").stat("after-expiry")).bytes).toBe(20_000_000);
});

test("a presigned link works without credentials, and only for what it is for", async () => {
  await stores.s3.bucket("tmp").put("linked & shared+.txt", bodyOf("for everybody"));
  const link = await stores.s3.presign("tmp", "linked & shared+.txt", { method: "GET", expiresInSeconds: 60 });
  expect(await (await fetch(link)).text()).toBe("for everybody");
  expect((await fetch(link, { method: "PUT", body: "changed" })).status).toBe(403);
  const upload = await stores.s3.presign("tmp", "uploaded", { method: "PUT", expiresInSeconds: 60 });
  expect((await fetch(upload, { method: "PUT", body: "by link" })).status).toBe(200);
  expect(String(await bytesOf((await stores.s3.bucket("tmp").get("uploaded")).body))).toBe("by link");
  await expect(stores.s3.presign("tmp", "x", { method: "GET", expiresInSeconds: 604_801 })).rejects.toMatchObject({
    code: "BAD_EXPIRY",
  });
});

test("a link into Swift works without credentials, and the next one is signed with the same key", async () => {
  await stores.swift.bucket("tmp").put("linked & shared+.txt", bodyOf("for everybody"));
  const make = (method: "GET" | "PUT", key = "linked & shared+.txt"): Promise<string> =>
    stores.swift.presign("tmp", key, { method, expiresInSeconds: 60 });
  const link = await make("GET");
  expect(await (await fetch(link)).text()).toBe("for everybody");
  expect((await fetch(link, { method: "PUT", body: "changed" })).status).toBe(403);
  expect((await fetch(await make("PUT", "by-link"), { method: "PUT", body: "by link" })).status).toBe(201);
  expect(String(await bytesOf((await stores.swift.bucket("tmp").get("by-link")).body))).toBe("by link");
  expect((await fetch(link)).status).toBe(200);
});
