import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.ts";
import type { Entry, Pages } from "../../src/transfer/entry.ts";
import type { Folder } from "../../src/transfer/folder.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { runTransfer } from "./run-transfer.ts";

async function* onePage(page: readonly Entry[]): Pages {
  yield page;
}

test("the first uploads are sent on their way before all that may go at once are read", async () => {
  const keys = Array.from({ length: 64 }, (_, n) => `k${n}`).sort();
  let read = 0;
  let readWhenSent: number | undefined;
  const folder: Partial<Folder> = {
    path: "/here",
    pages: () => onePage(keys.map((key) => ({ key, bytes: 1, modifiedMs: 0 }))),
    readSmall: () => {
      read++;
      return { bytes: new Uint8Array(1), mtime: "0", release: () => {} };
    },
  };
  const store = memoryStore({ crypto: nodeCrypto(), now: () => new Date() });
  const summary = await runTransfer({
    source: { kind: "folder", folder: folder as Folder },
    destination: {
      kind: "store",
      bucket: "b",
      prefix: "",
      account: "there",
      store: {
        ...store,
        async put(...sent) {
          await new Promise((resolve) => setImmediate(resolve)); // a connection is opened
          readWhenSent ??= read;
          return await store.put(...sent);
        },
      },
    },
    atOnce: 64,
  });
  expect(summary.copied).toBe(64);
  expect(readWhenSent).toBeLessThan(64);
});
