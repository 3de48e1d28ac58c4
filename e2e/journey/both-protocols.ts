import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, collect, manyBytes, md5, readText } from "./bytes.ts";
import type { Traveller } from "./traveller.ts";

const largeBytes = 17 * 1024 ** 2;

/** One store under both: what one protocol writes, the other lists and reads. */
export function bothProtocols(on: () => Traveller): void {
  const name = `journey-both-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  let s3: Store;
  let swift: Store;
  beforeAll(async () => {
    account = await on().account("s3");
    await account.createBucket(name);
    s3 = account.bucket(name);
    swift = (await on().account("swift")).bucket(name);
  });
  afterAll(async () => {
    for await (const item of s3.list()) if (item.kind === "object") await s3.remove(item.key);
    await account.removeBucket(name);
  });

  test("written by S3, read by Swift, user metadata and all", async () => {
    await s3.put("by s3", bodyOf("from S3"), { metadata: { who: "s3" } });
    expect(await readText(await swift.get("by s3"))).toBe("from S3");
    expect(await swift.stat("by s3")).toMatchObject({ bytes: 7, metadata: { who: "s3" } });
  });

  test("written by Swift, read by S3, user metadata and all", async () => {
    await swift.put("by swift", bodyOf("from Swift"), { metadata: { who: "swift" } });
    expect(await readText(await s3.get("by swift"))).toBe("from Swift");
    expect(await s3.stat("by swift")).toMatchObject({ bytes: 10, metadata: { who: "swift" } });
  });

  test("written in parts by S3: Swift lists its size and reads it whole", async () => {
    await s3.putStream("large", manyBytes(largeBytes));
    const listed = await collect(swift.list({ prefix: "large" }));
    expect(listed).toMatchObject([{ key: "large", bytes: largeBytes }]);
    const { body } = await swift.get("large");
    expect(await md5(body)).toBe(await md5(manyBytes(largeBytes)));
  });

  test("a TempURL of Swift reads what S3 wrote, without credentials, and only what it is for", async () => {
    await s3.put("for + all é", bodyOf("with the link"));
    const swiftly = await on().account("swift");
    const link = await swiftly.presign(name, "for + all é", { method: "GET", expiresInSeconds: 60 });
    expect(await (await fetch(link)).text()).toBe("with the link");
    expect([401, 403]).toContain((await fetch(link.replace("for", "xyz"))).status); // Swift, RGW
  });

  test("both list the same names", async () => {
    const names = async (store: Store): Promise<unknown> =>
      (await collect(store.list())).map((item) => (item.kind === "object" ? [item.key, item.bytes] : item));
    expect(await names(swift)).toEqual(await names(s3));
  });
}
