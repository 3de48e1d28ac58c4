import { expect, test } from "vitest";
import { alice, mallory, startStore } from "./store.ts";
import type { Ask, Store } from "./store.ts";

const policy = (statement: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Resource: "arn:aws:s3:::bucket/*", ...statement }],
  });

async function startBucket(headers: Record<string, string> = {}): Promise<Store> {
  const store = await startStore();
  expect((await store.ask("PUT", "/bucket", { headers })).status).toBe(200);
  expect((await store.ask("PUT", "/bucket/a", { body: "hello" })).status).toBe(200);
  return store;
}

/** Statuses of reading the object, looking for one that is missing, listing and writing. */
async function reach(store: Store, as: Ask["as"] = null): Promise<number[]> {
  const asks = [
    store.ask("GET", "/bucket/a", { as }),
    store.ask("GET", "/bucket/missing", { as }),
    store.ask("GET", "/bucket?list-type=2", { as }),
    store.ask("PUT", "/bucket/theirs", { as, body: "x" }),
  ];
  return (await Promise.all(asks)).map(({ status }) => status);
}

test.each([
  ["private", [403, 403, 403, 403], [403, 403, 403, 403]],
  ["public-read", [403, 404, 200, 403], [403, 404, 200, 403]],
  ["public-read-write", [403, 404, 200, 200], [403, 404, 200, 200]],
  ["authenticated-read", [403, 403, 403, 403], [403, 404, 200, 403]],
])("a bucket with the ACL %s", async (acl, forAnybody, forThem) => {
  await using store = await startBucket({ "x-amz-acl": acl });
  expect(await reach(store)).toEqual(forAnybody);
  expect(await reach(store, mallory)).toEqual(forThem);
  expect(await reach(store, alice)).toEqual([200, 404, 200, 200]);
});

test("an object that everybody may read, and may not any more", async () => {
  await using store = await startBucket();
  const headers = { "x-amz-acl": "public-read" };
  expect((await store.ask("PUT", "/bucket/a?acl", { headers })).status).toBe(200);
  expect(await store.ask("GET", "/bucket/a", { as: null })).toMatchObject({ status: 200, text: "hello" });
  const acl = (await store.ask("GET", "/bucket/a?acl")).text;
  expect(acl).toContain("<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>");
  expect(acl).toContain("<Permission>READ</Permission>");
  await store.ask("PUT", "/bucket/a?acl", { headers: { "x-amz-acl": "private" } });
  expect((await store.ask("GET", "/bucket/a", { as: null })).status).toBe(403);
});

test("a copy does not take over who may read", async () => {
  await using store = await startBucket();
  await store.ask("PUT", "/bucket/open", { body: "x", headers: { "x-amz-acl": "public-read" } });
  await store.ask("PUT", "/bucket/copy", { headers: { "x-amz-copy-source": "/bucket/open" } });
  expect((await store.ask("GET", "/bucket/open", { as: null })).status).toBe(200);
  expect((await store.ask("GET", "/bucket/copy", { as: null })).status).toBe(403);
});

test("what an ACL lets others write is theirs, and the bucket's owner may remove it", async () => {
  await using store = await startBucket({ "x-amz-acl": "public-read-write" });
  expect((await store.ask("PUT", "/bucket/theirs", { as: mallory, body: "x" })).status).toBe(200);
  expect((await store.ask("GET", "/bucket/theirs", { as: mallory })).status).toBe(200);
  expect((await store.ask("GET", "/bucket/theirs")).status).toBe(403);
  expect((await store.ask("DELETE", "/bucket/theirs")).status).toBe(204);
});

test("an ACL that is unknown, or written out in the body, is refused and changes nothing", async () => {
  await using store = await startBucket();
  const unknown = await store.ask("PUT", "/bucket?acl", { headers: { "x-amz-acl": "nobody" } });
  expect(unknown).toMatchObject({ status: 400, code: "InvalidArgument" });
  const written = await store.ask("PUT", "/bucket?acl", { body: "<AccessControlPolicy/>" });
  expect(written).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(await reach(store)).toEqual([403, 403, 403, 403]);
});

test("a policy for public read: set, shown, judged, removed", async () => {
  await using store = await startBucket();
  const text = policy({ Action: "s3:GetObject" });
  expect((await store.ask("PUT", "/bucket?policy", { body: text })).status).toBe(204);
  expect(await store.ask("GET", "/bucket?policy")).toMatchObject({ status: 200, text });
  expect((await store.ask("GET", "/bucket?policyStatus")).text).toContain("<IsPublic>true</IsPublic>");
  expect(await reach(store)).toEqual([200, 403, 403, 403]);
  expect((await store.ask("DELETE", "/bucket?policy")).status).toBe(204);
  expect(await store.ask("GET", "/bucket?policy")).toMatchObject({ status: 404, code: "NoSuchBucketPolicy" });
  expect(await reach(store)).toEqual([403, 403, 403, 403]);
});

test("a policy is the owner's to set and to take back, even one that refuses everybody", async () => {
  await using store = await startBucket();
  const denial = policy({ Effect: "Deny", Action: "s3:*", Resource: ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"] });
  expect((await store.ask("PUT", "/bucket?policy", { as: mallory, body: denial })).status).toBe(403);
  await store.ask("PUT", "/bucket?policy", { body: denial });
  expect(await reach(store, alice)).toEqual([403, 403, 403, 403]);
  expect((await store.ask("DELETE", "/bucket?policy")).status).toBe(204);
  expect((await store.ask("GET", "/bucket/a")).status).toBe(200);
});

test.each([
  ["{", 400, "InvalidArgument"],
  [policy({ Action: "s3:GetObject", Effect: "Perhaps" }), 400, "InvalidArgument"],
  [
    policy({ Action: "s3:GetObject", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
    501,
    "NotImplemented",
  ],
])("the policy %j is refused", async (body, status, code) => {
  await using store = await startBucket();
  expect(await store.ask("PUT", "/bucket?policy", { body })).toMatchObject({ status, code });
  expect(await store.ask("GET", "/bucket?policy")).toMatchObject({ code: "NoSuchBucketPolicy" });
});

test("DeleteObjects judges each key", async () => {
  await using store = await startBucket();
  await store.ask("PUT", "/bucket/tmp/b", { body: "b" });
  await store.ask("PUT", "/bucket?policy", {
    body: policy({ Action: "s3:DeleteObject", Resource: "arn:aws:s3:::bucket/tmp/*" }),
  });
  const body = "<Delete><Object><Key>a</Key></Object><Object><Key>tmp/b</Key></Object></Delete>";
  const { text } = await store.ask("POST", "/bucket?delete", { as: mallory, body });
  expect(text).toContain("<Error><Key>a</Key><Code>AccessDenied</Code>");
  expect(text).toContain("<Deleted><Key>tmp/b</Key></Deleted>");
  expect((await store.ask("GET", "/bucket/a")).status).toBe(200);
});
