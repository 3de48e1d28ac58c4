import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@fedbucket/client";
import { localStore, nodeCrypto } from "@fedbucket/client/node";
import { openStores } from "./stores.ts";
import { storeContract } from "./store-contract.ts";

storeContract("memory", async () => ({ store: memoryStore({ crypto: nodeCrypto(), now: () => new Date() }) }), {
  manyKeys: 1200,
  largeBytes: 20_000_000,
});

storeContract(
  "local disk",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "fedbucket-store-"));
    return { store: localStore(folder), close: () => rm(folder, { recursive: true }) };
  },
  { manyKeys: 300, largeBytes: 20_000_000, keepsHeaders: false, takesAnyKey: false },
);

for (const protocol of ["s3", "swift"] as const) {
  storeContract(
    `${protocol} on the sandbox`,
    async () => {
      const stores = await openStores();
      const account = stores[protocol];
      await account.createBucket(`contract-${protocol}`);
      return { store: account.bucket(`contract-${protocol}`), close: async () => await stores[Symbol.asyncDispose]() };
    },
    // Pages of S3 have 1,000 keys, parts 8 MiB; Swift holds 8 MiB of a stream.
    { manyKeys: 1200, largeBytes: 40_000_000, putIfAbsent: protocol === "s3" },
  );
}
