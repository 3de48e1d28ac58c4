import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, collect, readText } from "./bytes.ts";
import type { Place } from "./traveller.ts";

/** Copies that the server makes by itself. */
export function copies(via: "s3" | "swift", on: () => Place): void {
  const name = `alice-journey-copies-${via}-${randomBytes(4).toString("hex")}`;
  const described = { contentType: "text/plain", metadata: { origin: "a journey" } };
  let account: StoreAccount;
  let store: Store;
  let etag: string;
  const copy = async (source: object = {}): Promise<{ readonly etag: string } | undefined> =>
    store.copy?.({ bucket: name, key: "a source + é", etag, ...source }, "a copy + é");

  beforeAll(async () => {
    account = await on().account(via);
    await account.createBucket(name);
    store = account.bucket(name);
    ({ etag } = await store.put("a source + é", bodyOf("hello"), described));
  });
  afterAll(async () => {
    for await (const item of store.list()) if (item.kind === "object") await store.remove(item.key);
    await account.removeBucket(name);
  });

  test("copy within the server: one request, content type and metadata go along", async () => {
    const { requests, value } = await on().counted(() => copy());
    expect(requests).toHaveLength(1);
    expect(await store.stat("a copy + é")).toMatchObject({ bytes: 5, etag: value?.etag, ...described });
    expect(await readText(await store.get("a copy + é"))).toBe("hello");
  });

  test("copy what has changed meanwhile, or is gone: said so, and the copy of before stays", async () => {
    await store.put("a source + é", bodyOf("other bytes"));
    await expect(copy()).rejects.toMatchObject({ code: "STORE_CHANGED" });
    await expect(copy({ key: "never was" })).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    expect(await readText(await store.get("a copy + é"))).toBe("hello");
    expect(await collect(store.list())).toHaveLength(2);
  });
}
