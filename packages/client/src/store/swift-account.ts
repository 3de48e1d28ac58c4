import type { Secret } from "../secret.ts";
import { listContainersRequest, readContainers } from "../swift/account.ts";
import { createContainerRequest, deleteContainerRequest } from "../swift/containers.ts";
import { readDone, SwiftError } from "../swift/errors.ts";
import { headAccountRequest, readTempUrlKey, setTempUrlKeyRequest, signedTempUrl, tempUrl } from "../swift/temp-url.ts";
import { StoreError } from "./error.ts";
import { type Place, storeError } from "./failures.ts";
import { checkBucketName, checkKey } from "./names.ts";
import type { BucketInfo, StoreAccount } from "./store.ts";
import { swiftClient, type SwiftAccountOptions } from "./swift-client.ts";
import { swiftStore } from "./swift-store.ts";

export type { SwiftAccountOptions } from "./swift-client.ts";

/** An account of a Swift API. No request is made until something is asked of it. */
export function swiftAccount(options: SwiftAccountOptions): StoreAccount {
  const client = swiftClient(options);
  const { crypto } = client;

  /** The account's key, so that links made before go on working; a new one where there is none. */
  async function tempUrlKey(): Promise<Secret> {
    const known = await client.send(headAccountRequest, readTempUrlKey, { place: {} });
    if (known !== undefined) return known;
    const made = crypto.randomSecret(32);
    await client.send((access) => setTempUrlKeyRequest(access, made), readDone, { place: {} });
    return made;
  }

  return {
    protocol: "swift",
    place: options.place ?? "",

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

    async presign(bucket, key, { method, expiresInSeconds }) {
      checkKey(key);
      const signing = await tempUrlKey();
      const { storageUrl } = await options.access();
      const expires = Math.floor(client.http.now().getTime() / 1000) + expiresInSeconds;
      const link = tempUrl(storageUrl, { container: bucket, object: key }, { method, expires });
      return signedTempUrl(link, crypto.hmac(link.digest, signing, link.text), expires);
    },
  };
}

/** What a 409 means depends on what was asked. */
function onConflict(error: unknown, code: "STORE_EXISTS" | "STORE_NOT_EMPTY", place: Place): unknown {
  const cause = error instanceof StoreError ? error.cause : undefined;
  return cause instanceof SwiftError && cause.status === 409 ? storeError(code, place, cause) : error;
}
