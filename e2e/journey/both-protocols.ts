import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, collect, manyBytes, md5, readText } from "./bytes.ts";
import type { Traveller } from "./traveller.ts";

/** What Swift answers, and RGW. */
const refused = [401, 403];
const largeBytes = 17 * 1024 ** 2;

async function swiftAccess({ session }: Traveller): Promise<{ token: string; storageUrl: string }> {
  const { token } = await session.access();
  const { storageUrl = "" } = await session.endpoint();
  return { token: token.reveal(), storageUrl };
}

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

  test("an object in segments, copied by Swift: the copy is whole", async () => {
    const { token, storageUrl } = await swiftAccess(on());
    const segments = [{ path: `/${name}/segment` }];
    await swift.put("segment", bodyOf("in segments"));
    const url = `${storageUrl}/${name}/segmented?multipart-manifest=put`;
    const made = await fetch(url, {
      method: "PUT",
      headers: { "x-auth-token": token },
      body: JSON.stringify(segments),
    });
    expect(made.status).toBe(201);
    const { etag } = await swift.stat("segmented");
    await swift.copy?.({ bucket: name, key: "segmented", etag }, "copy of segmented");
    expect(await readText(await swift.get("copy of segmented"))).toBe("in segments");
    for (const key of ["segmented", "copy of segmented", "segment"]) await swift.remove(key);
  });

  test("a TempURL of Swift reads what S3 wrote, without credentials, and only what it is for", async () => {
    await s3.put("for + all é", bodyOf("with the link"));
    const swiftly = await on().account("swift");
    const link = await on().counted(() =>
      swiftly.presign(name, "for + all é", { method: "GET", expiresInSeconds: 60 }),
    );
    // The account's key is looked up, and set where there is none.
    expect(["HEAD", "HEAD POST"]).toContain(link.requests.map((request) => request.split(" ")[0]).join(" "));
    expect(await (await fetch(link.value)).text()).toBe("with the link");
    expect(refused).toContain((await fetch(link.value.replace("for", "xyz"))).status);
  });

  test("a TempURL for uploading takes one", async () => {
    const swiftly = await on().account("swift");
    const link = await swiftly.presign(name, "from outside", { method: "PUT", expiresInSeconds: 60 });
    expect((await fetch(link, { method: "PUT", body: "by Swift's link" })).status).toBe(201);
    expect(await readText(await s3.get("from outside"))).toBe("by Swift's link");
  });

  test("a TempURL of an hour ago: refused once its time is over, read before", async () => {
    const anHourAgo = await on().account("swift", { secondsAgo: 3600 });
    const statusOf = async (expiresInSeconds: number): Promise<number> =>
      (await fetch(await anHourAgo.presign(name, "for + all é", { method: "GET", expiresInSeconds }))).status;
    expect(await statusOf(7200)).toBe(200);
    expect(refused).toContain(await statusOf(3599));
  });

  test("both list the same names", async () => {
    const names = async (store: Store): Promise<unknown> =>
      (await collect(store.list())).map((item) => (item.kind === "object" ? [item.key, item.bytes] : item));
    expect(await names(swift)).toEqual(await names(s3));
  });
}
