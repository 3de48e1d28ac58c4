import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Failure } from "../../src/failure.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { holdBeginning, inParts, resumed, verified } from "../../src/store/bodies.ts";

const crypto = nodeCrypto();
const place = { bucket: "b", key: "k" };

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of body) text += String(Buffer.from(chunk));
  return text;
}

function expecting(text: string) {
  return {
    place,
    bytes: text.length,
    checksum: { digest: crypto.md5(), value: createHash("md5").update(text).digest("hex") },
  };
}

test("bytes are checked at their end: as announced, too few, too many, changed", async () => {
  expect(await textOf(verified(chunks("ab", "c"), expecting("abc")))).toBe("abc");
  for (const wrong of [["ab"], ["abc", "d"], ["ab", "x"], []])
    await expect(textOf(verified(chunks(...wrong), expecting("abc")))).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

test("a stream is cut into pieces that can be sent again", async () => {
  const parts = [];
  for await (const part of inParts(chunks("abcdefg", "", "hi", "j"), (n) => (n === 1 ? 3 : 4), crypto))
    parts.push(part);
  expect(parts.map(({ bytes, isFull }) => [bytes, isFull])).toEqual([
    [3, true],
    [4, true],
    [3, false],
  ]);
  for (const part of parts) expect(await textOf(part.open())).toBe(await textOf(part.open()));
  expect((await Promise.all(parts.map((part) => textOf(part.open())))).join("|")).toBe("abc|defg|hij");
  expect(Buffer.from(parts[0]?.md5 ?? []).toString("hex")).toBe(createHash("md5").update("abc").digest("hex"));
});

async function partsOf(text: string): Promise<number> {
  let count = 0;
  for await (const _ of inParts(chunks(text), () => 3, crypto)) count++;
  return count;
}

test("an empty stream has no pieces; one that fills its last piece has none after it", async () => {
  expect(await partsOf("")).toBe(0);
  expect(await partsOf("abc")).toBe(1);
});

test("the beginning of a stream is held, and the stream is whole again", async () => {
  const short = await holdBeginning(chunks("ab", "c"), 100);
  expect([short.body.bytes, short.stream]).toEqual([3, undefined]);
  const long = await holdBeginning(chunks("ab", "cd", "ef"), 3);
  expect(await textOf(long.stream ?? chunks())).toBe("abcdef");
});

async function* lostAfter(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Failure("CONNECTION_LOST", "later", "lost", { cure: [] });
}

test("a lost body goes on from its offset, three times", async () => {
  const offsets: number[] = [];
  const reopen = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
    offsets.push(offset);
    return offset < 3 ? lostAfter("x") : chunks("end");
  };
  expect(await textOf(resumed(lostAfter("a"), reopen))).toBe("axxend");
  expect(offsets).toEqual([1, 2, 3]);
  await expect(textOf(resumed(lostAfter("a"), async () => lostAfter("x")))).rejects.toMatchObject({
    code: "CONNECTION_LOST",
  });
});

test("other errors are not lost connections", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* chunks();
    throw new RangeError("source");
  }
  await expect(textOf(resumed(broken(), async () => chunks("never")))).rejects.toThrow("source");
});
