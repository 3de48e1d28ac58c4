import { randomBytes } from "node:crypto";
import type { Fault, FaultEvent } from "@fedbucket/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bodyOf, bytesOf, chunks, refusal } from "./store-contract.ts";
import { openStores, type Stores } from "./stores.ts";

let stores: Stores;
let fault: (event: FaultEvent) => Fault | undefined = () => undefined;
let asked: string[] = [];

beforeAll(async () => {
  stores = await openStores({
    fault: (event) => {
      if (event.listener !== "objects") return undefined;
      if (event.moment === "request") asked.push(event.request.method);
      return fault(event);
    },
  });
});
afterAll(async () => await stores[Symbol.asyncDispose]());
beforeEach(() => {
  fault = () => undefined;
  asked = [];
});

/** Strikes so many times, then lets everything pass. */
function times(count: number, strike: (event: FaultEvent) => Fault | undefined): void {
  let left = count;
  fault = (event) => {
    const struck = left > 0 ? strike(event) : undefined;
    if (struck !== undefined) left--;
    return struck;
  };
}

const slowDown: Fault = { answer: { status: 503, headers: {}, body: "<Error><Code>SlowDown</Code></Error>" } };
const onResponse = (what: Fault) => (event: FaultEvent) => (event.moment === "response" ? what : undefined);
const onRequest = (what: Fault) => (event: FaultEvent) => (event.moment === "request" ? what : undefined);

describe.each(["s3", "swift"] as const)("faults over %s", (protocol) => {
  const store = () => stores[protocol].bucket("tmp");

  test("a burst of 503 is waited out", async () => {
    times(3, onRequest(slowDown));
    await store().put("busy", bodyOf("x"));
    expect(asked).toEqual(["PUT", "PUT", "PUT", "PUT"]);
  });

  test("a store that stays overloaded says so", async () => {
    fault = onRequest(slowDown);
    await expect(store().put("busy", bodyOf("x"))).rejects.toMatchObject(refusal("STORE_BUSY"));
  });

  test("a lost answer is asked for again", async () => {
    times(1, onResponse({ reset: true }));
    expect((await store().put("lost", bodyOf("there"))).bytes).toBe(5);
    expect(String(await bytesOf((await store().get("lost")).body))).toBe("there");
  });

  test("an upload that is cut off is sent again from its beginning", async () => {
    const bytes = randomBytes(3_000_000);
    times(1, onRequest({ resetAfterUploadBytes: 1_000_000 }));
    await store().put("cut-upload", bodyOf(bytes));
    expect(Buffer.compare(await bytesOf((await store().get("cut-upload")).body), bytes)).toBe(0);
  });

  test("a download that is cut off goes on where it was", async () => {
    const bytes = randomBytes(3_000_000);
    await store().put("cut-download", bodyOf(bytes));
    times(2, onResponse({ cutAfterBytes: 1_000_000 }));
    expect(Buffer.compare(await bytesOf((await store().get("cut-download")).body), bytes)).toBe(0);
    const range = { start: 10, end: 2_000_010 };
    times(1, onResponse({ cutAfterBytes: 500_000 }));
    const part = await bytesOf((await store().get("cut-download", { range })).body);
    expect(Buffer.compare(part, bytes.subarray(10, 2_000_011))).toBe(0);
  });

  test("a download cut off again and again fails, and does not look complete", async () => {
    await store().put("hopeless", bodyOf(randomBytes(3_000_000)));
    fault = onResponse({ cutAfterBytes: 1000 });
    await expect(bytesOf((await store().get("hopeless")).body)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  test("an object replaced while its download was cut off is not mixed with the new one", async () => {
    await store().put("replaced", bodyOf(randomBytes(3_000_000)));
    times(1, onResponse({ cutAfterBytes: 1_000_000 }));
    const { body } = await store().get("replaced");
    await store().put("replaced", bodyOf(randomBytes(3_000_000)));
    await expect(bytesOf(body)).rejects.toMatchObject(refusal("STORE_CHANGED"));
  });

  test("changed bytes are noticed", async () => {
    await store().put("true", bodyOf("the truth"));
    times(1, (event) =>
      event.moment === "response" ? { answer: { ...event.response, body: "the trxth" } } : undefined,
    );
    await expect(bytesOf((await store().get("true")).body)).rejects.toMatchObject(refusal("STORE_CORRUPT"));
  });
});

test("the answer to a completed multipart upload may get lost", async () => {
  const store = stores.s3.bucket("tmp");
  times(1, (event) =>
    event.moment === "response" && event.request.method === "POST" && event.request.query.has("uploadId")
      ? { reset: true }
      : undefined,
  );
  const put = await store.putStream("completed", chunks(randomBytes(20_000_000)));
  expect(await store.stat("completed")).toMatchObject({ etag: put.etag, bytes: 20_000_000 });
});

test("a refused part ends the upload and leaves no pieces behind", async () => {
  const store = stores.s3.bucket("tmp");
  fault = (event) =>
    event.moment === "request" && event.request.query.get("partNumber") === "2"
      ? { answer: { status: 403, headers: {}, body: "<Error><Code>QuotaExceeded</Code></Error>" } }
      : undefined;
  const stream = chunks(randomBytes(20_000_000), randomBytes(20_000_000));
  await expect(store.putStream("refused", stream)).rejects.toMatchObject(refusal("STORE_QUOTA"));
  expect(asked.at(-1)).toBe("DELETE");
  await expect(store.stat("refused")).rejects.toMatchObject(refusal("STORE_NOT_FOUND"));
});

test("a server whose clock differs teaches it by its first answer", async () => {
  times(1, (event) =>
    event.moment === "request"
      ? {
          answer: {
            status: 403,
            headers: { Date: new Date(Date.now() + 5_000).toUTCString() },
            body: "<Error><Code>RequestTimeTooSkewed</Code></Error>",
          },
        }
      : undefined,
  );
  expect((await stores.s3.bucket("tmp").put("skewed", bodyOf("x"))).bytes).toBe(1);
  expect(asked).toEqual(["PUT", "PUT"]);
});

test("what is larger than Swift takes in one piece is refused before a byte of it is read", async () => {
  const body = {
    bytes: 5 * 1024 ** 3 + 1,
    open: () => {
      throw new Error("it was read");
    },
  };
  await expect(stores.swift.bucket("tmp").put("large", body)).rejects.toMatchObject(refusal("STORE_QUOTA"));
  expect(asked).toEqual([]);
});
