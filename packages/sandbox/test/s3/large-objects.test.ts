import { expect, test } from "vitest";
import { mallory, startStore } from "./store.ts";

test("a dynamic large object that Swift made is read whole, by ranges too, by whoever may read its segments", async () => {
  await using store = await startStore();
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/parts", { headers: { "x-amz-acl": "private" } });
  await store.ask("PUT", "/parts/big/1", { body: "hello " });
  await store.ask("PUT", "/parts/big/2", { body: "world" });
  await store.storage.put({
    bucket: "bucket",
    key: "big",
    body: (async function* () {})(),
    system: {},
    metadata: {},
    traits: { segments: "parts/big/", acl: "public-read" },
  });
  expect(await store.ask("GET", "/bucket/big")).toMatchObject({ status: 200, text: "hello world" });
  const range = await store.ask("GET", "/bucket/big", { headers: { range: "bytes=4-7" } });
  expect(range).toMatchObject({ status: 206, text: "o wo", headers: { "Content-Range": "bytes 4-7/11" } });
  expect((await store.ask("HEAD", "/bucket/big")).headers["Content-Length"]).toBe("11");
  expect((await store.ask("GET", "/bucket/big", { as: mallory })).status).toBe(403);
});
