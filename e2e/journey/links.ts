import { randomBytes } from "node:crypto";
import { type StoreAccount, StoreError } from "@fedbucket/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, readText } from "./bytes.ts";
import type { Place } from "./traveller.ts";

/** What only S3 does: what others may do with a link, what a writer may demand. */
export function links(on: () => Place): void {
  const name = `alice-journey-links-${randomBytes(4).toString("hex")}`;
  let account: StoreAccount;
  beforeAll(async () => {
    account = await on().account("s3");
    await account.createBucket(name);
    await account.bucket(name).put("shared file", bodyOf("for everybody with the link"));
  });
  afterAll(async () => {
    for (const key of ["shared file", "uploaded", "once"]) await account.bucket(name).remove(key);
    await account.removeBucket(name);
  });

  const link = async (method: "GET" | "PUT", key: string): Promise<string> => {
    const presigned = await on().counted(async () => account.presign(name, key, { method, expiresInSeconds: 60 }));
    expect(presigned.requests).toEqual([]);
    return presigned.value;
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

  test("a presigned link of an hour ago: refused once its time is over, read before", async () => {
    const anHourAgo = await on().account("s3", { secondsAgo: 3600 });
    const statusOf = async (expiresInSeconds: number): Promise<number> =>
      (await fetch(await anHourAgo.presign(name, "shared file", { method: "GET", expiresInSeconds }))).status;
    expect(await statusOf(7200)).toBe(200);
    expect(await statusOf(3599)).toBe(403);
  });

  test("a presigned link for uploading takes one", async () => {
    const answer = await fetch(await link("PUT", "uploaded"), { method: "PUT", body: "from outside" });
    expect(answer.status).toBe(200);
    expect(await readText(await account.bucket(name).get("uploaded"))).toBe("from outside");
  });

  test("put only what is not there yet: the second writer is told; where a store cannot, nobody writes", async () => {
    const store = account.bucket(name);
    const put = (text: string): Promise<unknown> => store.put("once", bodyOf(text), { ifAbsent: true });
    const first = await put("first").catch((error: unknown) => error);
    const second = await put("second").catch((error: unknown) => error);
    const there = await store.get("once").then(readText, () => "nothing");
    // Swift's s3api answers 501, "Conditional object PUTs are not supported."
    const outcome = { told: codeOf(second), there };
    expect(outcome).toEqual(
      codeOf(first) === "STORE_FAILED"
        ? { told: "STORE_FAILED", there: "nothing" }
        : { told: "STORE_EXISTS", there: "first" },
    );
  });
}

const codeOf = (error: unknown): string | undefined => (error instanceof StoreError ? error.code : undefined);
