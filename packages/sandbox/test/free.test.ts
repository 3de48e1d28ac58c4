import { expect, test } from "vitest";
import { free } from "../src/free.ts";
import { openStorage } from "../src/storage/open.ts";
import { bodyOf, bytesOf, largeBytes, put, read } from "./storage/storages.ts";

test("a whole buffer is given back", () => {
  const whole = Buffer.alloc(65_536);
  free(whole);
  expect(whole.byteLength).toBe(0);
});

test("parts of a buffer, and what may lie in Node's pool, stay as they are", () => {
  const whole = Buffer.alloc(65_536, 1);
  free(whole.subarray(1));
  const pooled = Buffer.from("a few bytes");
  free(pooled);
  expect(whole.equals(Buffer.alloc(65_536, 1))).toBe(true);
  expect(pooled.toString()).toBe("a few bytes");
});

test.each([100_000, largeBytes])(
  "a stored body of %d bytes takes no memory any more, and is stored whole",
  async (bytes) => {
    const storage = await openStorage({ memory: true });
    await storage.createBucket({ name: "bucket", projectId: "project" });
    const chunk = Uint8Array.from(bytesOf(bytes));
    const taken = (async function* () {
      yield* bodyOf("first ");
      yield await Promise.resolve(chunk);
    })();
    await put(storage, "key", "", { body: taken });
    expect(chunk.byteLength).toBe(0);
    const stored = await read(storage, "key");
    expect(stored.equals(Buffer.concat([Buffer.from("first "), bytesOf(bytes)]))).toBe(true);
    await storage.close();
  },
);
