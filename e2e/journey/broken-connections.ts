import { randomBytes } from "node:crypto";
import type { Store, StoreAccount } from "@fedbucket/client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { tcpProxy, type TcpProxy } from "../harness/tcp-proxy.ts";
import { bodyOf, readAll } from "./bytes.ts";
import type { Place } from "./traveller.ts";

const page = "<html><h1>Welcome to our network</h1></html>";
const webPage = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`;

/** A store at the end of a bad line: what may be retried is, and what went wrong is never taken for an object. */
export function brokenConnections(via: "s3" | "swift", on: () => Place): void {
  const name = `alice-broken-${via}-${randomBytes(4).toString("hex")}`;
  const bytes = randomBytes(3_000_000);
  let direct: StoreAccount;
  let proxy: TcpProxy;
  let store: Store;
  const read = async (from: Store, key: string): Promise<boolean> => bytes.equals(await readAll(await from.get(key)));

  beforeAll(async () => {
    direct = await on().account(via);
    await direct.createBucket(name);
    await direct.bucket(name).put("there", bodyOf(bytes));
    proxy = await tcpProxy(await on().origin());
    store = (await on().account(via, { origin: proxy.origin })).bucket(name);
  });
  afterEach(() => {
    proxy.trouble();
    proxy.pace();
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    for (const key of ["there", "uploaded", "page"]) await direct.bucket(name).remove(key);
    await direct.removeBucket(name);
  });

  test("cut off in mid-upload: sent again, and whole", async () => {
    proxy.trouble({ cut: "upload", afterBytes: 1_000_000 });
    await store.put("uploaded", bodyOf(bytes));
    expect(proxy.left).toBe(0);
    expect(await read(direct.bucket(name), "uploaded")).toBe(true);
  });

  test("cut off in mid-download, twice: goes on where it was", async () => {
    const cut = { cut: "download", afterBytes: 1_000_000 } as const;
    proxy.trouble(cut, cut);
    expect(await read(store, "there")).toBe(true);
    expect(proxy.left).toBe(0);
  });

  test("cut off again and again: fails, and does not look complete", async () => {
    proxy.trouble(...Array.from({ length: 50 }, () => ({ cut: "download", afterBytes: 100_000 }) as const));
    await expect(read(store, "there")).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  test("a web page in place of the store's answer: nothing is taken for stored, listed or read", async () => {
    proxy.trouble({ answer: webPage });
    await expect(store.put("page", bodyOf("x"))).rejects.toMatchObject({ name: "StoreError" });
    proxy.trouble({ answer: webPage });
    await expect(store.get("there").then(readAll)).rejects.toMatchObject({ name: "StoreError" });
    proxy.trouble({ answer: webPage });
    await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: "StoreError" });
  });

  test("slow in both directions: waited for, and asked once", async () => {
    proxy.pace({ latencyMs: 20, bytesPerSecond: 4_000_000 });
    const { requests } = await on().counted(async () => {
      await store.put("uploaded", bodyOf(bytes));
      expect(await read(store, "uploaded")).toBe(true);
    });
    expect(requests.map((request) => request.split(" ")[0])).toEqual(["PUT", "GET"]);
  });

  test("down: says so at once; up again: works", async () => {
    await proxy.down();
    await expect(store.stat("there")).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
    await proxy.up();
    expect(await store.stat("there")).toMatchObject({ bytes: bytes.length });
  });
}
