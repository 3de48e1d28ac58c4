import type { Scratch } from "../body.ts";
import { discard, type HttpResponse } from "../http.ts";
import { Columns, type ListedObject } from "../object-page.ts";
import { readDone, S3Error } from "../s3/errors.ts";
import { type ListObjectsOptions, type ListPage, listObjectsRequest, readListPage } from "../s3/list-objects.ts";
import { deleteObjectRequest, getObjectRequest, headObjectRequest, readObjectHead } from "../s3/objects.ts";
import { checkedGet, infoOf, type Opened } from "./checked-get.ts";
import { StoreError } from "./error.ts";
import type { Place } from "./failures.ts";
import { checkKey } from "./names.ts";
import { compareUtf8, merge } from "./order.ts";
import type { S3Client } from "./s3-client.ts";
import { saysNothing } from "./s3-errors.ts";
import { conditionRefused, refuseUnknownCondition } from "./s3-condition.ts";
import { putInParts } from "./put-in-parts.ts";
import { s3Extras } from "./s3-extras.ts";
import { putChecked } from "./s3-put.ts";
import { s3Multipart } from "./s3-multipart.ts";
import { sideBySide } from "./side-by-side.ts";
import type { GetOptions, ObjectInfo, PrefixInfo, Store } from "./store.ts";

/** A bucket over S3. */
export function s3Store(client: S3Client, bucket: string): Store {
  const { crypto } = client;
  const endpoint = client.endpoint.url;

  const at = (key: string): Place & { endpoint: string; bucket: string; key: string } => {
    checkKey(key);
    return { endpoint, bucket, key };
  };

  function open(place: ReturnType<typeof at>, { range, ifMatch, borrows, signal }: GetOptions): Promise<Opened> {
    return client.send(getObjectRequest(place, { range, ifMatch, borrows }), readOpened, { place, signal });
  }

  /** Memory that nobody uses at the moment: for answers, and for what was in them. */
  const [scratches, columns]: [Scratch[], Columns[]] = [[], []];

  async function listPage(
    options: ListObjectsOptions,
    signal: AbortSignal | undefined,
    into: Columns,
  ): Promise<ListPage> {
    const scratch = scratches.pop() ?? { bytes: new Uint8Array(0) };
    const read = async (response: HttpResponse): Promise<ListPage> => await readListPage(response, scratch, into);
    const page = await client.send(listObjectsRequest(endpoint, bucket, options), read, { place: { bucket }, signal });
    scratches.push(scratch);
    return page;
  }

  const store: Store & Required<Pick<Store, "multipart">> = {
    features: {
      maxPutBytes: 5 * 1024 ** 3,
      get putIfAbsent() {
        return client.features.putIfAbsent;
      },
    },

    async *list({ prefix, delimiter, after, signal } = {}): AsyncGenerator<ObjectInfo | PrefixInfo> {
      let continuationToken: string | undefined;
      do {
        const options = { prefix, delimiter, startAfter: after, continuationToken };
        const page = await listPage(options, signal, new Columns());
        yield* merge([...page.objects].map(listedInfo), page.prefixes.map(prefixInfo), (object, { prefix }) =>
          compareUtf8(object.key, prefix),
        );
        continuationToken = page.continuationToken;
      } while (continuationToken !== undefined);
    },

    async *pages(options = {}) {
      const { prefix } = options;
      yield* sideBySide(async ({ after, next, most, signal }) => {
        const into = columns.pop() ?? new Columns();
        const page = await listPage(
          { prefix, startAfter: after, continuationToken: next, maxKeys: most },
          signal,
          into,
        );
        return { objects: page.objects, next: page.continuationToken, release: () => void columns.push(into) };
      }, options);
    },

    async stat(key, options = {}) {
      const place = at(key);
      try {
        return infoOf(key, await client.send(headObjectRequest(place), readObjectHead, { place, ...options }));
      } catch (error) {
        if (!(error instanceof StoreError && saysNothing(error.cause))) throw error;
        // A GET tells what a HEAD cannot: whether the key, the bucket, the right or the credentials are missing.
        const { head, response } = await open(place, options);
        await discard(response.body);
        return infoOf(key, head);
      }
    },

    async get(key, options = {}) {
      const place = at(key);
      return await checkedGet((how) => open(place, how), place, crypto, options);
    },

    async put(key, body, options = {}) {
      const place = at(key);
      refuseUnknownCondition(client, options);
      const stored = await putChecked(client, place, body, options).catch((error: unknown) => {
        throw conditionRefused(client, options, error, place);
      });
      return { kind: "object", key, bytes: body.bytes, etag: stored.etag, modifiedAt: stored.at };
    },

    async putStream(key, body, options = {}) {
      checkKey(key);
      refuseUnknownCondition(client, options);
      return await putInParts(store, key, body, { ...options, crypto });
    },

    async remove(key, { signal } = {}) {
      const place = at(key);
      await client.send(deleteObjectRequest(place), readRemoved, { place, signal });
    },

    ...s3Extras(client, bucket),
    multipart: s3Multipart(client, bucket, { stat: async (key, options) => await store.stat(key, options) }),
  };

  return store;
}

function listedInfo({ key, bytes, etag, modifiedMs }: ListedObject): ObjectInfo {
  return { kind: "object", key, bytes, etag, modifiedAt: new Date(modifiedMs) };
}

const prefixInfo = (prefix: string): PrefixInfo => ({ kind: "prefix", prefix });

async function readOpened(response: HttpResponse): Promise<Opened> {
  return { head: await readObjectHead(response), response };
}

/** Nothing there is as good as removed. */
async function readRemoved(response: HttpResponse): Promise<void> {
  await readDone(response).catch((error: unknown) => {
    if (!(error instanceof S3Error && error.code === "NoSuchKey")) throw error;
  });
}
