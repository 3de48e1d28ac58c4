import { afterEach, beforeEach, expect, test } from "vitest";
import { mallory, startStore, type Store } from "./store.ts";

let store: Store;
beforeEach(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
});
afterEach(() => store[Symbol.asyncDispose]());

test("CopyObject_metadata_directive", async () => {
  await store.ask("PUT", "/bucket/a%20%2B%C3%A9", {
    body: "x",
    headers: { "content-type": "text/x", "x-amz-meta-a": "1" },
  });
  const copy = (headers: Record<string, string>) =>
    store.ask("PUT", "/bucket/copy", { headers: { "x-amz-copy-source": "/bucket/a%20%2B%C3%A9", ...headers } });
  expect((await copy({})).text).toMatch(
    /<LastModified>.*<\/LastModified><ETag>9dd4e461268c8034f5c8564e155c67a6<\/ETag>/,
  );
  expect((await store.ask("HEAD", "/bucket/copy")).headers).toMatchObject({
    "Content-Type": "text/x",
    "x-amz-meta-a": "1",
  });
  await copy({ "x-amz-metadata-directive": "REPLACE", "content-type": "text/y", "x-amz-meta-b": "2" });
  const { headers } = await store.ask("HEAD", "/bucket/copy");
  expect(headers).toMatchObject({ "Content-Type": "text/y", "x-amz-meta-b": "2" });
  expect(headers["x-amz-meta-a"]).toBeUndefined();
  expect(await copy({ "x-amz-metadata-directive": "MERGE" })).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("CopyObject_onto_itself", async () => {
  await store.ask("PUT", "/bucket/self", { body: "x" });
  const source = { "x-amz-copy-source": "bucket/self" };
  expect(await store.ask("PUT", "/bucket/self", { headers: source })).toMatchObject({
    status: 400,
    code: "InvalidRequest",
  });
  const headers = { ...source, "x-amz-metadata-directive": "REPLACE", "x-amz-meta-new": "1" };
  expect(await store.ask("PUT", "/bucket/self", { headers })).toMatchObject({ status: 200 });
  expect(await store.ask("GET", "/bucket/self")).toMatchObject({ text: "x", headers: { "x-amz-meta-new": "1" } });
});

test("CopyObject_source", async () => {
  await store.ask("PUT", "/theirs", { as: mallory });
  await store.ask("PUT", "/theirs/key", { as: mallory, body: "x" });
  await store.ask("PUT", "/bucket/key", { body: "x" });
  const copy = (headers: Record<string, string>) => store.ask("PUT", "/bucket/copy", { headers });
  expect(await copy({ "x-amz-copy-source": "theirs/key" })).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await copy({ "x-amz-copy-source": "bucket/nope" })).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(await copy({ "x-amz-copy-source": "nobucket/key" })).toMatchObject({ status: 404, code: "NoSuchBucket" });
  expect(await copy({ "x-amz-copy-source": "bucket" })).toMatchObject({ status: 400, code: "InvalidArgument" });
  const conditional = { "x-amz-copy-source": "bucket/key", "x-amz-copy-source-if-match": '"other"' };
  expect(await copy(conditional)).toMatchObject({ status: 412, code: "PreconditionFailed" });
});
