import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { beforeAll, expect, test } from "vitest";
import { bodyOf, collect, manyBytes, md5, readAll, readText } from "./bytes.ts";
import { awkwardNames } from "./names.ts";
import type { Place } from "./traveller.ts";

/** In parts, by either protocol. */
const largeBytes = 40 * 1024 ** 2;

/** What becomes of awkward names on a server of its own mind: the name it gives them, or null where it refuses them. */
export type OwnNames = Readonly<Partial<Record<keyof typeof awkwardNames, string | null>>>;

/** Everyday work on a bucket (S3) or container (Swift) of one's own. */
export function objects(via: "s3" | "swift", on: () => Place, ownNames: OwnNames = {}): void {
  const name = `alice-journey-${via}-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  let store: Store;
  beforeAll(async () => {
    account = await on().account(via);
    store = account.bucket(name);
    await account.createBucket(name);
  });

  test("create a bucket that is one's own already: one request, no error; it is listed in one request", async () => {
    const { requests } = await on().counted(() => account.createBucket(name));
    expect(requests).toHaveLength(1);
    const listed = await on().counted(() => collect(account.listBuckets()));
    expect(listed.requests).toHaveLength(1);
    expect(listed.value.map((bucket) => bucket.name)).toContain(name);
  });

  test("put, stat, get and remove a small object: one request each", async () => {
    const options = { contentType: "text/plain", metadata: { origin: "a journey" } };
    const put = await on().counted(() => store.put("small", bodyOf("hello"), options));
    expect(put.requests).toHaveLength(1);
    const stat = await on().counted(() => store.stat("small"));
    expect(stat.requests).toHaveLength(1);
    expect(stat.value).toMatchObject({ bytes: 5, contentType: "text/plain", metadata: { origin: "a journey" } });
    expect(stat.value.etag).toBe(put.value.etag);
    const get = await on().counted(async () => readText(await store.get("small")));
    expect(get).toMatchObject({ value: "hello", requests: [expect.stringContaining("GET")] });
    const remove = await on().counted(() => store.remove("small"));
    // Once, a Swift is asked whether anything was ever uploaded in segments.
    expect(remove.requests.filter((request) => !request.includes("_segments "))).toHaveLength(1);
    expect(remove.requests.length).toBeLessThanOrEqual(2);
  });

  test("remove what is not there: no error", async () => {
    const { requests } = await on().counted(() => store.remove("never was"));
    // Swift's 404 does not say whether the container is there: that is looked at.
    expect(requests.slice(via === "s3" ? 1 : 2)).toEqual([]);
  });

  test("get what is not there: says what is missing, the object or the bucket", async () => {
    await expect(store.get("never was")).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await expect(store.stat("never was")).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    const nowhere = account.bucket(`${name}-nowhere`);
    await expect(nowhere.get("any")).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
    await expect(nowhere.put("any", bodyOf("x"))).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
    await expect(collect(nowhere.list())).rejects.toMatchObject({ code: "STORE_NO_BUCKET" });
  });

  test("put and get an empty object", async () => {
    await store.put("empty", bodyOf(""));
    expect(await readText(await store.get("empty"))).toBe("");
    await store.remove("empty");
  });

  const names = Object.entries({ ...awkwardNames }).map(([what, key]) => {
    const own = ownNames[what as keyof typeof awkwardNames];
    return { what, key, listedAs: own === undefined ? key : own };
  });
  test.for(names.filter(({ listedAs }) => listedAs !== null))(
    "a name with $what: put, listed, read, removed",
    async ({ key, listedAs }) => {
      await store.put(key, bodyOf(key));
      const read = await readText(await store.get(key));
      const listed = (await collect(store.list())).map(nameOf);
      await store.remove(key);
      expect({ read, listed }).toEqual({ read: key, listed: [listedAs] });
      expect(await collect(store.list())).toEqual([]);
    },
  );
  test.for(names.filter(({ listedAs }) => listedAs === null))(
    "a name with $what: refused as a name, nothing is stored",
    async ({ key }) => {
      await expect(store.put(key, bodyOf(key))).rejects.toMatchObject({ code: "STORE_BAD_NAME" });
      expect(await collect(store.list())).toEqual([]);
    },
  );

  test("list with prefix, delimiter and start: in byte order, one request", async () => {
    const keys = ["a/1", "a/2", "a/b/3", "b", "c/4", "é"];
    for (const key of keys) await store.put(key, bodyOf("x"));
    const list = async (options: Parameters<Store["list"]>[0]): Promise<readonly string[]> => {
      const { value, requests } = await on().counted(() => collect(store.list(options)));
      expect(requests).toHaveLength(1);
      return value.map(nameOf);
    };
    expect(await list({})).toEqual(keys);
    expect(await list({ delimiter: "/" })).toEqual(["a/", "b", "c/", "é"]);
    expect(await list({ prefix: "a/", delimiter: "/" })).toEqual(["a/1", "a/2", "a/b/"]);
    expect(await list({ after: "a/2" })).toEqual(keys.slice(2));
    for (const key of keys) await store.remove(key);
  });

  test("get ranges: first bytes, middle, to the end, in a request each", async () => {
    await store.put("ranged", bodyOf("0123456789"));
    const part = async (range: { start: number; end?: number }): Promise<string> => {
      const got = await on().counted(async () => readText(await store.get("ranged", { range })));
      expect(got.requests).toHaveLength(1);
      return got.value;
    };
    expect(await part({ start: 0, end: 0 })).toBe("0");
    expect(await part({ start: 3, end: 5 })).toBe("345");
    expect(await part({ start: 7 })).toBe("789");
    await store.remove("ranged");
  });

  test("get only what has not changed", async () => {
    const { etag } = await store.put("changing", bodyOf("before"));
    await store.put("changing", bodyOf("after"));
    const { requests } = await on().counted(() =>
      expect(store.get("changing", { ifMatch: etag })).rejects.toMatchObject({ code: "STORE_CHANGED" }),
    );
    expect(requests).toHaveLength(1);
    await store.remove("changing");
  });

  test("a large object of unknown length: in parts, and it comes back whole", async () => {
    const put = await on().counted(() => store.putStream("large", manyBytes(largeBytes)));
    // Begin, five parts of 8 MiB, complete, and at most a look at what came of it. Swift: a look at the container, then the
    // bytes, or segments, with what tells others that they are not complete yet.
    const most = via === "s3" ? 8 : store.multipart === undefined ? 2 : 11;
    expect(put.requests.slice(most)).toEqual([]);
    expect(put.value.bytes).toBe(largeBytes);
    expect(await store.stat("large")).toMatchObject({ bytes: largeBytes });
    const got = await on().counted(async () => md5((await store.get("large")).body));
    expect(got).toMatchObject({ value: await md5(manyBytes(largeBytes)), requests: [expect.stringMatching("^GET")] });
    const tail = await readAll(await store.get("large", { range: { start: largeBytes - 10 } }));
    expect(tail).toHaveLength(10);
  });

  test("remove a bucket: refused while something is in it, then one request", async () => {
    await expect(account.removeBucket(name)).rejects.toMatchObject({ code: "STORE_NOT_EMPTY" });
    await store.remove("large");
    const { requests } = await on().counted(() => account.removeBucket(name));
    expect(requests).toHaveLength(1);
    expect((await collect(account.listBuckets())).map((bucket) => bucket.name)).not.toContain(name);
  });
}

const nameOf = (item: { kind: "object"; key: string } | { kind: "prefix"; prefix: string }): string =>
  item.kind === "object" ? item.key : item.prefix;
