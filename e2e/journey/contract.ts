import { randomBytes } from "node:crypto";
import type { Store } from "@fedbucket/client";
import { type ContractOptions, storeContract } from "../test/store-contract.ts";
import type { Cloud } from "./clouds.ts";
import { traveller } from "./traveller.ts";

/** In parts; Swift holds 8 MiB of a stream. */
const largeBytes = 40_000_000;

/**
 * What every store promises, on the S3 of a real one.
 *
 * @param options `manyKeys` is more than the 1,000 of a page of S3, where that does not take minutes.
 */
export function s3Contract(
  name: string,
  start: () => Promise<Cloud>,
  options: Omit<ContractOptions, "largeBytes">,
): void {
  storeContract(`S3 on ${name}`, () => open(start, "s3"), { largeBytes, ...options });
}

/** As {@link s3Contract}, on its Swift. */
export function swiftContract(name: string, start: () => Promise<Cloud>, manyKeys: number): void {
  storeContract(`Swift on ${name}`, () => open(start, "swift"), { largeBytes, manyKeys, putIfAbsent: false });
}

async function open(
  start: () => Promise<Cloud>,
  via: "s3" | "swift",
): Promise<{ store: Store; close: () => Promise<void> }> {
  const on = traveller(await start());
  await on.session.signIn();
  await on.session.connect();
  const account = await on.session.account(via);
  const name = `alice-contract-${via}-${randomBytes(4).toString("hex")}`;
  await account.createBucket(name);
  const store = account.bucket(name);
  return {
    store,
    close: async () => {
      await empty(store);
      await account.removeBucket(name);
      await on[Symbol.asyncDispose]();
    },
  };
}

async function empty(store: Store): Promise<void> {
  const keys: string[] = [];
  for await (const item of store.list()) if (item.kind === "object") keys.push(item.key);
  while (keys.length > 0) await Promise.all(keys.splice(0, 32).map((key) => store.remove(key)));
}
