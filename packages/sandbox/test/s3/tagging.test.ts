import { afterAll, beforeAll, expect, test } from "vitest";
import { startStore } from "./store.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
  store = await startStore();
  await store.ask("PUT", "/bucket");
  await store.ask("PUT", "/bucket/a", { body: "hello", headers: { "content-type": "text/x", "x-amz-tagging": "a=1" } });
});
afterAll(() => store[Symbol.asyncDispose]());

const document = (...tags: readonly (readonly [string, string])[]): string =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join("")}</TagSet></Tagging>`;

test.each([
  ["/bucket", 200],
  ["/bucket/a", 204],
])("tags of %s: set, shown, removed with RGW's %d", async (target, removed) => {
  expect((await store.ask("PUT", `${target}?tagging`, { body: document(["b &amp; c", "é"], ["d", ""]) })).status).toBe(
    200,
  );
  expect((await store.ask("GET", `${target}?tagging`)).text).toContain(
    "<TagSet><Tag><Key>b &amp; c</Key><Value>é</Value></Tag><Tag><Key>d</Key><Value></Value></Tag></TagSet>",
  );
  expect((await store.ask("DELETE", `${target}?tagging`)).status).toBe(removed);
  expect((await store.ask("GET", `${target}?tagging`)).text).not.toContain("<Tag>");
});

test("tags that came with an upload are counted; setting them keeps the rest of the object", async () => {
  await store.ask("PUT", "/bucket/b", { body: "b", headers: { "content-type": "text/x", "x-amz-tagging": "x=1&y=2" } });
  expect((await store.ask("HEAD", "/bucket/b")).headers).toMatchObject({ "x-amz-tagging-count": "2" });
  await store.ask("PUT", "/bucket/b?tagging", { body: document(["z", "3"]) });
  const answer = await store.ask("GET", "/bucket/b");
  expect(answer).toMatchObject({ text: "b", headers: { "x-amz-tagging-count": "1", "Content-Type": "text/x" } });
});

test("a copy has the tags of its source, or those that it is given", async () => {
  await store.ask("PUT", "/bucket/from", { body: "x", headers: { "x-amz-tagging": "old=1" } });
  const source = { "x-amz-copy-source": "/bucket/from" };
  await store.ask("PUT", "/bucket/same", { headers: source });
  expect((await store.ask("GET", "/bucket/same?tagging")).text).toContain("<Key>old</Key>");
  const replaced = { ...source, "x-amz-tagging-directive": "REPLACE", "x-amz-tagging": "new=2" };
  await store.ask("PUT", "/bucket/other", { headers: replaced });
  const { text } = await store.ask("GET", "/bucket/other?tagging");
  expect(text).toContain("<Key>new</Key>");
  expect(text).not.toContain("<Key>old</Key>");
});

test.each([
  ["eleven", document(...Array.from({ length: 11 }, (_, at) => [`k${at}`, "v"] as const))],
  ["one twice", document(["k", "1"], ["k", "2"])],
  ["a long key", document(["k".repeat(129), "v"])],
  ["no key", document(["", "v"])],
])("%s: InvalidTag, and the tags stay as they were", async (_, body) => {
  await store.ask("PUT", "/bucket/kept", { body: "x", headers: { "x-amz-tagging": "kept=1" } });
  expect(await store.ask("PUT", "/bucket/kept?tagging", { body })).toMatchObject({ status: 400, code: "InvalidTag" });
  expect((await store.ask("GET", "/bucket/kept?tagging")).text).toContain("<Key>kept</Key>");
});
