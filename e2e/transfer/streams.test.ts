/** Standard input and output, which come and go only once, and stores that cannot be reached for a while. */
import { randomBytes } from "node:crypto";
import {
  createHttp,
  type HttpResponse,
  persevere,
  type S3Credentials,
  s3Account,
  type StoreAccount,
  swiftAccount,
  type Transport,
  usualRetries,
} from "@fedbucket/client";
import { nodeCrypto, nodeTransport } from "@fedbucket/client/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStores, type Stores } from "../test/stores.ts";

const bytes = 40 * 1024 ** 2;

let stores: Stores;
beforeAll(async () => {
  stores = await openStores();
  for (const account of [stores.s3, stores.swift]) await account.createBucket(`by-${account.protocol}`);
});
afterAll(async () => await stores[Symbol.asyncDispose]());

const sleep = async (): Promise<void> => {};
const again = <T>(attempt: () => Promise<T>): Promise<T> =>
  persevere(attempt, { sleep, random: Math.random, onBusy: () => {} });

/** An account whose server refuses connections ten times in a row, once so many requests were made. */
function refusedAt(count: number, via: "s3" | "swift") {
  const transport = nodeTransport();
  let [requests, refused] = [0, 0];
  const account = accountBy(via, async (request, options) => {
    if (++requests >= count && refused < 10) {
      refused++;
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    }
    return await transport(request, options);
  });
  return { store: account.bucket(`by-${via}`), refused: () => refused };
}

function accountBy(via: "s3" | "swift", transport: Transport): StoreAccount {
  const retry = { ...usualRetries, sleep };
  const http = createHttp({ transport, now: () => new Date(), mayReceiveBearer: () => false, retry });
  const crypto = nodeCrypto();
  const endpoint = { url: stores.sandbox.s3Endpoint, region: stores.sandbox.region };
  const credentials = async (): Promise<S3Credentials> => stores.keys;
  return via === "s3"
    ? s3Account({ http, endpoint, credentials, crypto })
    : swiftAccount({ http, access: async () => stores.access, crypto, inSegments: true });
}

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function read(via: "s3" | "swift", key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const { body } = await stores[via].bucket(`by-${via}`).get(key);
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// From the first request to the one that puts the parts together.
test.each((["s3", "swift"] as const).flatMap((via) => [1, 3, 6, 7].map((count) => ({ via, count, size: bytes }))))(
  "over $via, refused from request $count on: what was read is held, and sent later",
  async ({ via, count, size }) => {
    const content = randomBytes(size);
    const { store, refused } = refusedAt(count, via);
    await store.putStream(`large-${count}`, inPieces(content), { again });
    expect(refused()).toBe(10);
    expect(Buffer.compare(await read(via, `large-${count}`), content)).toBe(0);
  },
);

/** The connection is lost in the middle, and again and again before anything comes; between that, there is none. */
function lostInTheMiddle(via: "s3" | "swift") {
  const transport = nodeTransport();
  let [requests, troubles] = [0, 0];
  return accountBy(via, async (request, options) => {
    if (++requests > 1 && ++troubles <= 9) {
      if (troubles % 3 > 0) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      return cutAfter(0, await transport(request, options));
    }
    const response = await transport(request, options);
    return requests === 1 ? cutAfter(1, response) : response;
  });
}

function cutAfter(chunks: number, response: HttpResponse): HttpResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    let left = chunks;
    for await (const chunk of response.body) {
      if (left-- <= 0) break;
      yield chunk;
    }
    throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  }
  return { ...response, body: body() };
}

test.each(["s3", "swift"] as const)("over %s, what is written to a pipe goes on where it was lost", async (via) => {
  const content = randomBytes(bytes);
  await stores[via].bucket(`by-${via}`).putStream("piped", inPieces(content));
  const chunks: Uint8Array[] = [];
  const { body } = await lostInTheMiddle(via).bucket(`by-${via}`).get("piped", { again });
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  expect(Buffer.compare(Buffer.concat(chunks), content)).toBe(0);
});

test.each(["s3", "swift"] as const)("over %s, a short one too", async (via) => {
  const { store, refused } = refusedAt(1, via);
  await store.putStream("short", inPieces(randomBytes(100_000)), { again });
  expect(refused()).toBe(10);
  expect(await read(via, "short")).toHaveLength(100_000);
});
