import { hex } from "../crypto.ts";
import { createContainerRequest, headContainerRequest, listObjectsRequest, readObjects } from "../swift/containers.ts";
import { readDone, SwiftError } from "../swift/errors.ts";
import { getManifestRequest, maxSegments, putManifestRequest, readSegmentNames } from "../swift/large-objects.ts";
import {
  deleteObjectRequest,
  headObjectRequest,
  maxObjectBytes,
  putObjectRequest,
  readObjectHead,
  readStored,
} from "../swift/objects.ts";
import { quoted } from "../swift/urls.ts";
import { chunksBody } from "./bodies.ts";
import { segmentsEtag } from "./composite-etag.ts";
import { StoreError } from "./error.ts";
import { corrupt, storeError } from "./failures.ts";
import type { Multipart, UploadId } from "./multipart.ts";
import { checkKey } from "./names.ts";
import type { SwiftClient } from "./swift-client.ts";

/** Segments that are removed at once. */
const removedAtOnce = 8;
/** An empty object beside the segments, which is there until the upload is complete and keeps what the object will be. */
const beginning = "begun";
const emptyMd5 = "d41d8cd98f00b204e9800998ecf8427e";

export interface SwiftSegments extends Multipart {
  /** Names, in the container of the segments, of those that an object of ours is made of. */
  segmentsOf(key: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Segments that no object needs any more. */
  removeSegments(names: readonly string[], signal?: AbortSignal): Promise<void>;
}

/**
 * Uploads in parts over Swift: static large objects. The segments of `KEY` are in the container `CONTAINER_segments`, as
 * other clients have them, under `KEY/fedbucket/UPLOAD/`.
 */
export function swiftSegments(client: SwiftClient, container: string): SwiftSegments {
  const holder = `${container}_segments`;
  const inHolder = (object: string) => ({ container: holder, object, bucket: holder, key: object });
  const at = (key: string) => ({ container, object: key, bucket: container, key });
  const folderOf = ({ key, uploadId }: UploadId): string => `${key}/fedbucket/${uploadId}/`;
  let holderIsThere: Promise<void> | undefined;

  const makeHolder = (): Promise<void> => {
    const place = { bucket: holder };
    holderIsThere ??= client.send((access) => createContainerRequest(access, holder), readDone, { place });
    holderIsThere.then(
      () => (isUsed = Promise.resolve(true)),
      () => (holderIsThere = undefined),
    );
    return holderIsThere;
  };

  /** Asked once: where nothing was ever uploaded in segments, no object needs to be looked at. */
  let isUsed: Promise<boolean> | undefined;
  const isHolderThere = (): Promise<boolean> => {
    const place = { bucket: holder };
    const head = client.send((access) => headContainerRequest(access, holder), readDone, { place });
    return head.then(() => true).catch(unlessGone(() => false));
  };

  async function* namesBelow(prefix: string, signal: AbortSignal | undefined) {
    let marker: string | undefined;
    do {
      const options = { prefix, marker };
      const place = { bucket: holder };
      const request = client.send((access) => listObjectsRequest(access, holder, options), readObjects, {
        place,
        signal,
      });
      const page = await request.catch((error: unknown) => {
        if (error instanceof StoreError && error.code === "STORE_NO_BUCKET") return { objects: [], marker: undefined };
        throw error;
      });
      for (const listed of page.objects) if (listed.kind === "object") yield listed;
      marker = page.marker;
    } while (marker !== undefined);
  }

  async function remove(name: string, signal: AbortSignal | undefined): Promise<void> {
    const place = inHolder(name);
    await client
      .send((access) => deleteObjectRequest(access, place), readDone, { place, signal })
      .catch(unlessGone(() => undefined));
  }

  const headOf = async (upload: UploadId, signal: AbortSignal | undefined) => {
    const place = inHolder(folderOf(upload) + beginning);
    return await client.send((access) => headObjectRequest(access, place), readObjectHead, { place, signal });
  };

  const segments: SwiftSegments = {
    minPartBytes: 1,
    maxPartBytes: maxObjectBytes,
    maxParts: maxSegments,

    async create(key, options = {}) {
      checkKey(key);
      await makeHolder();
      const now = client.http.now().toISOString();
      const id = hex(client.crypto.sha1(`${now}\n${Math.random()}\n${key}`)).slice(0, 16);
      const upload = { key, uploadId: `${now.replace(/[-:]|\.\d+/g, "")}-${id}` };
      const place = inHolder(folderOf(upload) + beginning);
      const request = client.send(
        (access) => putObjectRequest(access, place, chunksBody([], 0), emptyMd5, options),
        readStored,
        { place, signal: options.signal },
      );
      await request;
      return upload;
    },

    async uploadPart(upload, partNumber, body, { digest, signal }) {
      const place = inHolder(folderOf(upload) + String(partNumber).padStart(8, "0"));
      const expected = hex(await digest("md5"));
      const request = client.send((access) => putObjectRequest(access, place, body, expected), readStored, {
        place,
        signal,
      });
      const { etag } = await request;
      if (etag !== expected) throw corrupt(at(upload.key), `part ${partNumber} arrived damaged`);
      return { partNumber, etag, bytes: body.bytes };
    },

    async *parts(upload, { signal } = {}) {
      await headOf(upload, signal);
      const folder = folderOf(upload);
      for await (const { key: name, etag, bytes } of namesBelow(folder, signal))
        if (/^\d{8}$/.test(name.slice(folder.length)))
          yield { partNumber: Number(name.slice(folder.length)), etag, bytes };
    },

    async complete(upload, { parts, signal }) {
      const place = at(upload.key);
      const { contentType, metadata } = await headOf(upload, signal);
      const before = await segments.segmentsOf(upload.key, signal);
      const list = parts.map(({ partNumber, etag, bytes }) => {
        const { container, object } = inHolder(folderOf(upload) + String(partNumber).padStart(8, "0"));
        return { container, object, etag, bytes };
      });
      const options = { contentType, metadata };
      const request = client.send((access) => putManifestRequest(access, place, list, options), readStored, {
        place,
        signal,
      });
      const stored = await request.catch((error: unknown) => {
        // What is missing can only be the container.
        throw error instanceof StoreError && error.cause instanceof SwiftError && error.cause.status === 404
          ? storeError("STORE_NO_BUCKET", place, error.cause)
          : error;
      });
      const expected = segmentsEtag(
        parts.map(({ etag }) => etag),
        client.crypto,
      );
      if (stored.etag !== expected) throw corrupt(place, "the store put other parts together than were sent");
      await remove(folderOf(upload) + beginning, signal);
      await segments.removeSegments(
        before.filter((name) => !name.startsWith(folderOf(upload))),
        signal,
      );
      const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
      return { kind: "object", key: upload.key, bytes, etag: quoted(stored.etag), modifiedAt: stored.at };
    },

    async abort(upload, { signal } = {}) {
      const folder = folderOf(upload);
      // Complete, but for the clean-up: the segments are the object's.
      const live = await segments.segmentsOf(upload.key, signal);
      if (!live.some((name) => name.startsWith(folder))) {
        const names: string[] = [];
        for await (const { key: name } of namesBelow(folder, signal)) if (!name.endsWith(beginning)) names.push(name);
        await segments.removeSegments(names, signal);
      }
      await remove(folder + beginning, signal);
    },

    async *unfinished({ prefix = "", signal } = {}) {
      for await (const { key: name } of namesBelow(prefix, signal)) {
        const [, key, uploadId = ""] = /^(.*)\/fedbucket\/(\d{8}T\d{6}Z-[0-9a-f]{16})\/begun$/s.exec(name) ?? [];
        if (key === undefined) continue;
        const [, ...time] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(uploadId) ?? [];
        const [year, month, day, hour, minute, second] = time.map(Number);
        const startedAt = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second));
        yield { key, uploadId, startedAt };
      }
    },

    async segmentsOf(key, signal) {
      isUsed ??= isHolderThere().catch((error: unknown) => {
        isUsed = undefined;
        throw error;
      });
      if (!(await isUsed)) return [];
      const place = at(key);
      const head = client.send((access) => headObjectRequest(access, place), readObjectHead, { place, signal });
      const isComposed = await head.then(({ checksum }) => checksum === undefined).catch(unlessGone(() => false));
      if (!isComposed) return [];
      const names = await client
        .send((access) => getManifestRequest(access, place), readSegmentNames, { place, signal })
        .catch(unlessGone((): readonly string[] => []));
      // Others may have segments in common; ours have not.
      const ours = `/${holder}/${key}/fedbucket/`;
      return names.filter((name) => name.startsWith(ours)).map((name) => name.slice(holder.length + 2));
    },

    async removeSegments(names, signal) {
      for (let at = 0; at < names.length; at += removedAtOnce)
        await Promise.all(names.slice(at, at + removedAtOnce).map((name) => remove(name, signal)));
    },
  };
  return segments;
}

function unlessGone<T>(otherwise: () => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof StoreError && ["STORE_NOT_FOUND", "STORE_NO_BUCKET"].includes(error.code)) return otherwise();
    throw error;
  };
}
