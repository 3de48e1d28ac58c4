import { hex } from "../crypto.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { ObjectPage } from "../object-page.ts";
import type { SwiftAccess } from "../swift/account.ts";
import {
  headContainerRequest,
  type Listed,
  type ListObjectsOptions,
  listObjectsRequest,
  readObjects,
  type RowPage,
} from "../swift/containers.ts";
import { copyObjectRequest } from "../swift/copy-object.ts";
import { readDone } from "../swift/errors.ts";
import {
  deleteObjectRequest,
  getObjectRequest,
  headObjectRequest,
  maxObjectBytes,
  putObjectRequest,
  readObjectHead,
  readStored,
} from "../swift/objects.ts";
import { digestOf, holdBeginning, orLeave } from "./bodies.ts";
import { checkedGet, infoOf, type Opened } from "./checked-get.ts";
import { StoreError } from "./error.ts";
import { corrupt, type Place } from "./failures.ts";
import type { CopySource } from "./multipart.ts";
import { putInParts } from "./put-in-parts.ts";
import { checkKey } from "./names.ts";
import { asStreamed, partBytesName } from "./part-bytes.ts";
import { sideBySide } from "./side-by-side.ts";
import type { GetOptions, ObjectInfo, PrefixInfo, PutOptions, Store } from "./store.ts";
import type { SwiftClient } from "./swift-client.ts";
import { isVague404 } from "./swift-errors.ts";
import { swiftSegments } from "./swift-segments.ts";
import { heldBytes, putSwiftStream, tooLarge } from "./swift-put-stream.ts";

/** A container over Swift. */
export function swiftStore(client: SwiftClient, container: string): Store {
  const { crypto } = client;
  const whole = { bucket: container };
  const segments = client.inSegments === true ? swiftSegments(client, container) : undefined;

  const at = (key: string): Place & { key: string; container: string; object: string } => {
    checkKey(key);
    return { bucket: container, key, container, object: key };
  };

  /** Asks for the container itself when a 404 does not say what is missing. */
  async function orNoBucket<R>(attempt: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof StoreError && isVague404(error.cause)) await checkContainer(signal);
      throw error;
    }
  }

  async function checkContainer(signal: AbortSignal | undefined): Promise<void> {
    await client.send((access) => headContainerRequest(access, container), readDone, { place: whole, signal });
  }

  async function open(place: ReturnType<typeof at>, { range, ifMatch, borrows, signal }: GetOptions): Promise<Opened> {
    const request = client.send((access) => getObjectRequest(access, place, { range, ifMatch, borrows }), readOpened, {
      place,
      signal,
    });
    return await orNoBucket(request, signal);
  }

  /**
   * RGW compares with the ETag of a large object's manifest, and shows that of its segments: where it says that the source
   * has changed and it has not, the bytes go through this machine.
   */
  async function relay(
    { bucket, key, etag }: CopySource,
    to: string,
    signal: AbortSignal | undefined,
  ): Promise<ObjectInfo> {
    const until = signal === undefined ? {} : { signal };
    const { info, body } = await swiftStore(client, bucket).get(key, { ifMatch: etag, ...until });
    const { contentType, metadata } = info;
    const options = { ...until, ...(contentType && { contentType }), ...(metadata && { metadata }) };
    return await orLeave(body, store.putStream(to, body, options));
  }

  async function listPage(options: ListObjectsOptions, signal: AbortSignal | undefined): Promise<RowPage> {
    const request = (access: SwiftAccess): HttpRequest => listObjectsRequest(access, container, options);
    const read = async (response: HttpResponse): Promise<RowPage> => await readObjects(response, options.limit);
    return await client.send(request, read, { place: whole, signal });
  }

  const store: Store = {
    features: { maxPutBytes: maxObjectBytes, putIfAbsent: false },
    ...(segments === undefined ? {} : { multipart: segments }),

    async *list({ prefix, delimiter, after, signal } = {}): AsyncGenerator<ObjectInfo | PrefixInfo> {
      let marker = after;
      do {
        const page = await listPage({ prefix, delimiter, marker }, signal);
        yield* page.objects.map(listedInfo);
        marker = page.marker;
      } while (marker !== undefined);
    },

    async *pages(options = {}) {
      const { prefix } = options;
      yield* sideBySide(async ({ after, next, until, most, signal }) => {
        const wanted = { prefix, marker: next ?? after, lastName: until, limit: most };
        const { objects, marker } = await listPage(wanted, signal);
        const kept = objects.filter((listed) => listed.kind === "object");
        return { objects: ObjectPage.of(kept), next: marker, upTo: until };
      }, options);
    },

    async stat(key, { signal } = {}) {
      const place = at(key);
      const request = client.send((access) => headObjectRequest(access, place), readObjectHead, { place, signal });
      return infoOf(key, await orNoBucket(request, signal));
    },

    async get(key, options = {}) {
      const place = at(key);
      return await checkedGet((how) => open(place, how), place, crypto, options);
    },

    async put(key, body, options = {}) {
      const place = at(key);
      refuseCondition(options);
      if (body.bytes > maxObjectBytes) throw tooLarge(place);
      const digest = options.digest?.("md5") ?? digestOf(body, crypto.md5());
      const md5 = hex(await digest);
      const { signal } = options;
      const request = client.send((access) => putObjectRequest(access, place, body, md5, options), readStored, {
        place,
        signal,
      });
      const stored = await orNoBucket(request, signal);
      if (stored.etag !== md5) throw corrupt(place, "the store kept other bytes than were sent");
      return { kind: "object", key, bytes: body.bytes, etag: stored.etag, modifiedAt: stored.at };
    },

    async putStream(key, stream, options = {}) {
      const place = at(key);
      refuseCondition(options);
      if (segments !== undefined) {
        const metadata = { ...options.metadata, [partBytesName]: asStreamed };
        return await putInParts({ ...store, multipart: segments }, key, stream, { ...options, metadata, crypto });
      }
      const beginning = await holdBeginning(stream, heldBytes);
      if (beginning.stream === undefined) return await store.put(key, beginning.body, options);
      // The stream can be sent only once, so the token is tried, and renewed if need be, before it goes.
      await checkContainer(options.signal);
      return await putSwiftStream(client, place, beginning.stream, options);
    },

    async copy(source, key, { signal } = {}) {
      const place = at(key);
      const from = { container: source.bucket, object: source.key, etag: source.etag };
      const request = client.send((access) => copyObjectRequest(access, place, from), readStored, { place, signal });
      const copied = await orNoBucket(request, signal).catch((error: unknown) => {
        if (error instanceof StoreError && error.code === "STORE_CHANGED") return relay(source, key, signal);
        throw error;
      });
      return { etag: copied.etag };
    },

    async remove(key, { signal } = {}) {
      const place = at(key);
      const names = await segments?.segmentsOf(key, signal);
      const request = client.send((access) => deleteObjectRequest(access, place), readDone, { place, signal });
      await orNoBucket(request, signal).catch((error: unknown) => {
        if (!(error instanceof StoreError && error.code === "STORE_NOT_FOUND")) throw error;
      });
      if (names !== undefined) await segments?.removeSegments(names, signal);
    },
  };
  return store;
}

async function readOpened(response: HttpResponse): Promise<Opened> {
  return { head: await readObjectHead(response), response };
}

function listedInfo(listed: Listed): ObjectInfo | PrefixInfo {
  if (listed.kind === "subdir") return { kind: "prefix", prefix: listed.key };
  const { modifiedMs, ...rest } = listed;
  return { ...rest, modifiedAt: new Date(modifiedMs) };
}

/** RGW takes the condition and overwrites all the same. */
function refuseCondition({ ifAbsent }: PutOptions): void {
  if (ifAbsent === true)
    throw new StoreError("STORE_FAILED", "Swift cannot be told to store only what is not there yet");
}
