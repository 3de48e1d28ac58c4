import { randomBytes } from "node:crypto";
import type { StoreAccount } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, readText } from "./bytes.ts";
import type { Traveller } from "./traveller.ts";

/** What others may do with a link, and what a writer may demand. */
export function links(on: () => Traveller): void {
  const name = `journey-links-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  beforeAll(async () => {
    account = await on().session.account("s3");
    await account.createBucket(name);
    await account.bucket(name).put("shared file", bodyOf("for everybody with the link"));
  });
  afterAll(async () => {
    for (const key of ["shared file", "uploaded", "once"]) await account.bucket(name).remove(key);
    await account.removeBucket(name);
  });

  const link = async (method: "GET" | "PUT", key: string): Promise<string> => {
    const presigned = await on().counted(async () => account.presign?.(name, key, { method, expiresInSeconds: 60 }));
    expect(presigned.requests).toEqual([]);
    return presigned.value ?? "";
  };

  test("a presigned link reads one object, without credentials and without a request of ours", async () => {
    const answer = await fetch(await link("GET", "shared file"));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("for everybody with the link");
  });

  test("a presigned link changed by hand is refused", async () => {
    const answer = await fetch((await link("GET", "shared file")).replace("shared", "another"));
    expect(answer.status).toBe(403);
  });

  test("a presigned link for uploading takes one", async () => {
    const answer = await fetch(await link("PUT", "uploaded"), { method: "PUT", body: "from outside" });
    expect(answer.status).toBe(200);
    expect(await readText(await account.bucket(name).get("uploaded"))).toBe("from outside");
  });

  test("put only what is not there yet: the second writer is told", async () => {
    const store = account.bucket(name);
    await store.put("once", bodyOf("first"), { ifAbsent: true });
    const second = store.put("once", bodyOf("second"), { ifAbsent: true });
    await expect(second).rejects.toMatchObject({ code: "STORE_EXISTS" });
    expect(await readText(await store.get("once"))).toBe("first");
  });
}
