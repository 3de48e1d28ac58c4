import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { holdBeginning, inParts } from "../../src/store/bodies.ts";

const crypto = nodeCrypto();

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of body) text += String(Buffer.from(chunk));
  return text;
}

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
