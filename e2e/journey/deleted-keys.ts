import { s3Account, StoreError } from "@fedbucket/client";
import { nodeCrypto } from "@fedbucket/client/node";
import { expect, test } from "vitest";
import { collect } from "./bytes.ts";
import type { Cloud } from "./clouds.ts";
import { machineAt } from "./machine.ts";
import type { Traveller } from "./traveller.ts";

/**
 * Keys that the store has seen, right after they were deleted: what we say of it is true.
 *
 * @param then RGW remembers secrets for five minutes, Swift's s3token asks Keystone each time.
 */
export function deletedKeys(then: "refused" | "still accepted", at: () => Cloud, on: () => Traveller): void {
  test(`right after \`keys delete\` they are ${then}, which it has said`, async () => {
    await using machine = await machineAt(at());
    await machine.connect();
    const keys = await on().session.createKeys();
    const { s3Url = "", region } = await on().session.endpoint();
    const account = s3Account({
      http: on().http,
      crypto: nodeCrypto(),
      endpoint: { url: s3Url, region },
      credentials: () => Promise.resolve(keys),
    });
    await collect(account.listBuckets());

    const { stderr } = await machine.fedbucket(`keys delete ${keys.accessKeyId}`);
    expect(stderr).toContain("Swift as shipped refuses deleted keys at once");
    expect(stderr).toContain("Ceph RGW may accept them for up to 5 minutes more");
    const outcome = await collect(account.listBuckets()).then(
      () => "still accepted",
      (error: unknown) => (error instanceof StoreError && error.code === "STORE_UNAUTHENTICATED" ? "refused" : error),
    );
    expect(outcome).toBe(then);
  });
}
