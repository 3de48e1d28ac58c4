/** Large objects over Swift: static large objects, as at sites that have no S3. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createHttp,
  type Http,
  type Multipart,
  type Side,
  type Store,
  swiftAccount,
  usualRetries,
} from "@fedbucket/client";
import { diskFolder, nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import type { FaultEvent, FaultFunction } from "@fedbucket/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStores, type Stores } from "../test/stores.ts";
import { copyDirectly } from "./direct.ts";

const bytes = 40 * 1024 ** 2;
/** Of 5 MiB. */
const count = 8;
const sleep = async (): Promise<void> => {};

let stores: Stores;
let home: string;
let fault: FaultFunction = () => undefined;
let sent: string[] = [];
let store: Store;
let holder: Store;
const transport = nodeTransport();

beforeEach(async () => {
  fault = () => undefined;
  sent = [];
  home = await mkdtemp(join(tmpdir(), "fedbucket-segments-"));
  await mkdir(join(home, "data"));
  stores = await openStores({
    fault: (event) => {
      if (isSegment(event)) sent.push(event.request.path);
      return fault(event);
    },
  });
  const account = swiftAccount({
    http: http(usualRetries.retries),
    access: async () => stores.access,
    crypto: nodeCrypto(),
    inSegments: true,
  });
  await account.createBucket("moved");
  [store, holder] = [account.bucket("moved"), account.bucket("moved_segments")];
});
afterEach(async () => {
  await stores[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

const http = (retries: number): Http =>
  createHttp({
    transport,
    now: () => new Date(),
    mayReceiveBearer: () => false,
    retry: { ...usualRetries, retries, sleep },
  });

const isSegment = ({ moment, request }: FaultEvent): boolean =>
  moment === "request" && request.method === "PUT" && /moved_segments\/.*\/\d{8}$/.test(request.path);

const side = (): Side => ({ kind: "store", store, bucket: "moved", prefix: "", account: "here" });
const folder = (name: string): Side => ({ kind: "folder", folder: diskFolder(join(home, name)) });

async function upload(signal?: AbortSignal): Promise<void> {
  const options = { journal: join(home, "journal"), sleep, ...(signal === undefined ? {} : { signal }) };
  const { failed } = await copyDirectly(folder("data"), side(), options);
  expect(failed).toBe(0);
}

/** Ends an upload once two segments are there; those behind them never arrive. */
async function interrupted(): Promise<void> {
  const stop = new AbortController();
  const stopped = once(stop.signal, "abort");
  const first = new Set<string>();
  let stored = 0;
  fault = async (event) => {
    const { path } = event.request;
    if (isSegment(event) && first.size < 2) first.add(path);
    else if (isSegment(event)) {
      await stopped;
      return { reset: true };
    } else if (event.moment === "response" && first.has(path) && ++stored === 2) stop.abort();
    return undefined;
  };
  await expect(upload(stop.signal)).rejects.toThrow("abort");
  fault = () => undefined;
}

async function content(): Promise<Buffer> {
  const made = randomBytes(bytes);
  await writeFile(join(home, "data", "big"), made);
  return made;
}

async function read(): Promise<Buffer> {
  const { failed } = await copyDirectly(side(), folder("back"), { journal: join(home, "journal"), sleep });
  expect(failed).toBe(0);
  return await readFile(join(home, "back", "big"));
}

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += 100_000) yield content.subarray(at, at + 100_000);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const segments = async (): Promise<string[]> =>
  (await collect(holder.list())).map((item) => (item.kind === "object" ? item.key : ""));

function multipart(): Multipart {
  if (store.multipart === undefined) throw new Error("no segments");
  return store.multipart;
}

test("up and down: the bytes, the type and the time that came with them, and nothing left over", async () => {
  const made = await content();
  await upload();
  expect(sent).toHaveLength(count);
  expect(await store.stat("big")).toMatchObject({ bytes, metadata: { mtime: expect.stringMatching(/^\d+/) } });
  expect(Buffer.compare(await read(), made)).toBe(0);
  expect(await segments()).toHaveLength(count);
  expect(await collect(multipart().unfinished())).toEqual([]);
});

test("one that was interrupted goes on with the segments that are missing", async () => {
  const made = await content();
  await interrupted();
  expect(await collect(store.list())).toEqual([]);
  expect(await collect(multipart().unfinished())).toMatchObject([{ key: "big" }]);
  const there = (await segments()).length - 1;
  sent = [];
  await upload();
  expect(sent).toHaveLength(count - there);
  expect(Buffer.compare(await read(), made)).toBe(0);
  expect(await collect(multipart().unfinished())).toEqual([]);
});

test("another version in its place: the segments of the old one are removed, and with the object all of them", async () => {
  await content();
  await upload();
  const old = await segments();
  const made = await content();
  await upload();
  expect(Buffer.compare(await read(), made)).toBe(0);
  const now = await segments();
  expect(now).toHaveLength(count);
  expect(now.filter((name) => old.includes(name))).toEqual([]);
  await store.remove("big");
  expect(await segments()).toEqual([]);
});

test("a file that changed meanwhile is not mixed with what it was", async () => {
  await content();
  await interrupted();
  const made = await content();
  await upload();
  expect(Buffer.compare(await read(), made)).toBe(0);
  expect(await segments()).toHaveLength(count);
});

test("what was begun and never completed can be removed; what is complete stays, even where its end was not told", async () => {
  await content();
  await interrupted();
  for (const unfinished of await collect(multipart().unfinished())) await multipart().abort(unfinished);
  expect(await segments()).toEqual([]);
  const made = await content();
  let isJoined = false;
  fault = ({ moment, request }) => {
    isJoined ||= moment === "response" && request.query.get("multipart-manifest") === "put";
    const isCleanUp = moment === "request" && request.method === "DELETE" && request.path.endsWith("/begun");
    return isJoined && isCleanUp ? { answer: { status: 403, headers: {}, body: "" } } : undefined;
  };
  await expect(upload()).rejects.toThrow("expected 1 to be +0");
  fault = () => undefined;
  for (const unfinished of await collect(multipart().unfinished())) await multipart().abort(unfinished);
  expect(Buffer.compare(await read(), made)).toBe(0);
});

test("a store that is out of order for a while, as an object is to be removed: the next attempt removes it", async () => {
  await content();
  await upload();
  const again = swiftAccount({
    http: http(0),
    access: async () => stores.access,
    crypto: nodeCrypto(),
    inSegments: true,
  });
  const bucket = again.bucket("moved");
  fault = ({ moment }) => (moment === "request" ? { answer: { status: 503, headers: {}, body: "" } } : undefined);
  await expect(bucket.remove("big")).rejects.toMatchObject({ code: "STORE_BUSY" });
  fault = () => undefined;
  await bucket.remove("big");
  expect(await segments()).toEqual([]);
  expect(await collect(store.list())).toEqual([]);
});

test("a stream of unknown length goes in segments, and what is kept with it tells how it was cut", async () => {
  const made = randomBytes(bytes);
  const { etag } = await store.putStream("big", inPieces(made), { metadata: { origin: "a pipe" } });
  expect(sent).toHaveLength(5);
  const metadata = { origin: "a pipe", "fedbucket-part-bytes": "stream" };
  expect(await store.stat("big")).toMatchObject({ bytes, etag, metadata });
  expect(Buffer.compare(await read(), made)).toBe(0);
  expect(await collect(multipart().unfinished())).toEqual([]);
});

test("a stream that ends early leaves nothing", async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield* inPieces(randomBytes(20_000_000));
    throw new Error("the pipe broke");
  };
  await expect(store.putStream("big", broken())).rejects.toThrow("the pipe broke");
  expect(await collect(store.list())).toEqual([]);
  expect(await segments()).toEqual([]);
});

test("a segment that arrives damaged is sent again, and no object appears before all are right", async () => {
  const made = await content();
  let damaged = 2;
  fault = (event) => {
    const isFirst = event.moment === "response" && /moved_segments\/.*\/00000001$/.test(event.request.path);
    if (!isFirst || event.request.method !== "PUT" || damaged-- <= 0) return undefined;
    return { answer: { ...event.response, headers: { ...event.response.headers, etag: "0".repeat(32) } } };
  };
  await upload();
  expect(Buffer.compare(await read(), made)).toBe(0);
});
