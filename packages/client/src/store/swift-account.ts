import { listContainersRequest, readContainers } from "../swift/account.ts";
import { createContainerRequest, deleteContainerRequest } from "../swift/containers.ts";
import { readDone, SwiftError } from "../swift/errors.ts";
import { StoreError } from "./error.ts";
import { type Place, storeError } from "./failures.ts";
import { checkBucketName } from "./names.ts";
import type { BucketInfo, StoreAccount } from "./store.ts";
import { swiftClient, type SwiftAccountOptions } from "./swift-client.ts";
import { swiftStore } from "./swift-store.ts";

export type { SwiftAccountOptions } from "./swift-client.ts";

/** An account of a Swift API. No request is made until something is asked of it. */
export function swiftAccount(options: SwiftAccountOptions): StoreAccount {
  const client = swiftClient(options);
  return {
    protocol: "swift",

    async *listBuckets({ signal } = {}): AsyncGenerator<BucketInfo> {
      let marker: string | undefined;
      for (;;) {
        const page = await client.send((access) => listContainersRequest(access, marker), readContainers, {
          place: {},
          signal,
        });
        yield* page.containers;
        marker = page.marker;
        if (marker === undefined) return;
      }
    },

    async createBucket(name) {
      checkBucketName(name);
      const place = { bucket: name };
      await client
        .send((access) => createContainerRequest(access, name), readDone, { place })
        .catch((error: unknown) => {
          throw onConflict(error, "STORE_EXISTS", place);
        });
    },

    async removeBucket(name) {
      checkBucketName(name);
      const place = { bucket: name };
      await client
        .send((access) => deleteContainerRequest(access, name), readDone, { place })
        .catch((error: unknown) => {
          throw onConflict(error, "STORE_NOT_EMPTY", place);
        });
    },

    bucket(name) {
      checkBucketName(name);
      return swiftStore(client, name);
    },
  };
}

/** What a 409 means depends on what was asked. */
function onConflict(error: unknown, code: "STORE_EXISTS" | "STORE_NOT_EMPTY", place: Place): unknown {
  const cause = error instanceof StoreError ? error.cause : undefined;
  return cause instanceof SwiftError && cause.status === 409 ? storeError(code, place, cause) : error;
}
