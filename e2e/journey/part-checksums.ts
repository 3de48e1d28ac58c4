import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, readText } from "./bytes.ts";
import type { Place } from "./traveller.ts";

/** Uploads in parts over S3, on servers that know CRC32s and on those that do not. */
export function partChecksums(on: () => Place): void {
  const name = `alice-journey-parts-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  let store: Store;
  beforeAll(async () => {
    account = await on().account("s3");
    await account.createBucket(name);
    store = account.bucket(name);
  });
  afterAll(async () => {
    await store.remove("parts");
    await account.removeBucket(name);
  });

  test("parts are checked by CRC32s where the store knows them, else by MD5s, and so is the whole", async () => {
    const { multipart } = store;
    const upload = await multipart?.create("parts", { wantsCrc: true });
    if (multipart === undefined || upload === undefined) throw new Error("S3 has uploads in parts");
    const texts = ["a".repeat(multipart.minPartBytes), "b"];
    const parts = await Promise.all(
      texts.map(async (text, index) => {
        const digest = async (algorithm: "md5" | "crc32"): Promise<Uint8Array> => {
          const sum = nodeCrypto()[algorithm]();
          sum.update(Buffer.from(text));
          return await Promise.resolve(sum.digest());
        };
        return await multipart.uploadPart(upload, index + 1, bodyOf(text), { digest });
      }),
    );
    await multipart.complete(upload, { parts });
    const { partsCrc32 } = await store.stat("parts");
    expect(partsCrc32?.endsWith("-2") ?? false).toBe(upload.hasCrc);
    expect(await readText(await store.get("parts"))).toBe(texts.join(""));
  });
}
