import { createHash, randomBytes } from "node:crypto";
import type { Multipart, Store, StoreAccount, StoredPart, UploadId } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, collect, readAll } from "./bytes.ts";
import type { Place } from "./traveller.ts";

/** Large objects of a Swift, in segments. */
export function segments(on: () => Place): void {
  const name = `alice-journey-segments-${randomBytes(4).toString("hex")}`;
  const key = "large + é/of segments";
  const described = { contentType: "application/x-netcdf", metadata: { origin: "a journey" } };
  let account: StoreAccount;
  let store: Store;
  const holder = (): Store => account.bucket(`${name}_segments`);
  const multipart = (): Multipart => {
    if (store.multipart === undefined) throw new Error("this store takes no segments");
    return store.multipart;
  };

  beforeAll(async () => {
    account = await on().account("swift");
    await account.createBucket(name);
    store = account.bucket(name);
  });
  afterAll(async () => {
    for (const container of [store, holder()])
      for await (const item of container.list()) if (item.kind === "object") await container.remove(item.key);
    for (const container of [name, `${name}_segments`]) await account.removeBucket(container);
  });

  async function uploadPart(upload: UploadId, number: number, part: Uint8Array): Promise<StoredPart> {
    const digest = (algorithm: string): Promise<Uint8Array> =>
      Promise.resolve(createHash(algorithm).update(part).digest());
    return await multipart().uploadPart(upload, number, bodyOf(part), { digest });
  }

  test("segments in any order make one object, of its own size in listings; type and metadata are those it began with", async () => {
    const parts = [randomBytes(3_000_000), randomBytes(3_000_000), randomBytes(1)];
    const upload = await multipart().create(key, described);
    expect(await collect(multipart().unfinished())).toMatchObject([upload]);
    const stored: StoredPart[] = [];
    for (const number of [2, 3, 1])
      stored[number - 1] = await uploadPart(upload, number, parts[number - 1] ?? new Uint8Array());
    expect(await collect(multipart().parts(upload))).toEqual(stored);
    const { etag } = await multipart().complete(upload, { parts: stored });
    expect(await store.stat(key)).toMatchObject({ bytes: 6_000_001, etag, ...described });
    expect(await collect(store.list())).toMatchObject([{ key, bytes: 6_000_001, etag }]);
    expect(Buffer.concat(parts).equals(await readAll(await store.get(key, { ifMatch: etag })))).toBe(true);
    const range = { start: 2_999_990, end: 3_000_009 };
    const across = await readAll(await store.get(key, { range, ifMatch: etag }));
    expect(across.equals(Buffer.concat(parts).subarray(range.start, range.end + 1))).toBe(true);
    expect(await collect(multipart().unfinished())).toEqual([]);
  });

  test("another version in its place takes the segments of the old one away", async () => {
    const upload = await multipart().create(key);
    const part = await uploadPart(upload, 1, Buffer.from("again"));
    await multipart().complete(upload, { parts: [part] });
    expect((await readAll(await store.get(key))).toString()).toBe("again");
    expect(await collect(holder().list())).toHaveLength(1);
  });

  test("a segment that is not what was said: no object", async () => {
    const upload = await multipart().create("wrong");
    const part = await uploadPart(upload, 1, Buffer.from("some bytes"));
    const parts = [{ ...part, etag: "0".repeat(32) }];
    await expect(multipart().complete(upload, { parts })).rejects.toMatchObject({ name: "StoreError" });
    await expect(store.stat("wrong")).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await multipart().abort(upload);
    await expect(collect(multipart().parts(upload))).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });

  test("removed with the object, and nothing is left over", async () => {
    await store.remove(key);
    expect(await collect(holder().list())).toEqual([]);
  });
}
