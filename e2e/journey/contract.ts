import { randomBytes } from "node:crypto";
import type { Store } from "@fedbucket/client";
import { storeContract } from "../test/store-contract.ts";
import type { Cloud } from "./clouds.ts";
import { traveller } from "./traveller.ts";

export interface ContractOn {
  /** Whether its S3 takes the condition. */
  readonly putIfAbsent: boolean;
  /** More than the 1,000 of a page of S3, where that does not take minutes. */
  readonly manyKeys: number;
}

/** What every store promises, on a real one. */
export function contract(name: string, start: () => Promise<Cloud>, { putIfAbsent, manyKeys }: ContractOn): void {
  // Parts of S3 have 16 MiB; Swift holds 8 MiB of a stream.
  const sizes = { manyKeys, largeBytes: 40_000_000 };
  storeContract(`S3 on ${name}`, () => open(start, "s3"), { ...sizes, putIfAbsent });
  storeContract(`Swift on ${name}`, () => open(start, "swift"), { ...sizes, putIfAbsent: false });
}

async function open(
  start: () => Promise<Cloud>,
  via: "s3" | "swift",
): Promise<{ store: Store; close: () => Promise<void> }> {
  const on = traveller(await start());
  await on.session.signIn();
  await on.session.connect();
  const account = await on.session.account(via);
  const name = `contract-${via}-${randomBytes(4).toString("hex")}`;
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
