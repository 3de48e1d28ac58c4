import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Failure } from "../../src/failure.ts";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { checkedBody } from "../../src/store/checked-body.ts";

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
  expect(await textOf(checkedBody(chunks("ab", "c"), expecting("abc")))).toBe("abc");
  for (const wrong of [["ab"], ["abc", "d"], ["ab", "x"], []])
    await expect(textOf(checkedBody(chunks(...wrong), expecting("abc")))).rejects.toMatchObject({
      code: "STORE_CORRUPT",
    });
});

test("the last piece comes only when all of them are right, so that nobody publishes what is not", async () => {
  const body = checkedBody(chunks("ab", "x"), expecting("abc"))[Symbol.asyncIterator]();
  expect((await body.next()).value).toEqual(Buffer.from("ab"));
  await expect(body.next()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

async function* lostAfter(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Failure("CONNECTION_LOST", "later", "lost", { cure: [] });
}

test("a lost body goes on from its offset, as often as a MiB came in between", async () => {
  const mebi = "x".repeat(1024 ** 2);
  const offsets: number[] = [];
  const reopen = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
    offsets.push(offset);
    return offsets.length < 6 ? lostAfter(mebi) : chunks("end");
  };
  const bytes = 6 * mebi.length + 3;
  expect(await textOf(checkedBody(lostAfter(mebi), { place, bytes, reopen }))).toBe(`${mebi.repeat(6)}end`);
  expect(offsets).toEqual([1, 2, 3, 4, 5, 6].map((times) => times * mebi.length));
});

test("a body that is lost over and over is given up", async () => {
  const offsets: number[] = [];
  const reopen = async (offset: number): Promise<AsyncIterable<Uint8Array>> => {
    offsets.push(offset);
    return lostAfter("x");
  };
  await expect(textOf(checkedBody(lostAfter("a"), { place, bytes: 8, reopen }))).rejects.toMatchObject({
    code: "CONNECTION_LOST",
  });
  expect(offsets).toEqual([1, 2, 3]);
});

test("other errors are not lost connections", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* chunks();
    throw new RangeError("source");
  }
  await expect(textOf(checkedBody(broken(), { place, bytes: 0, reopen: async () => chunks("never") }))).rejects.toThrow(
    "source",
  );
});

test("whoever leaves early leaves the connection, too; nothing comes after that", async () => {
  let isLeft = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from("x");
    } finally {
      isLeft = true;
    }
  }
  const body = checkedBody(endless(), { place, bytes: 9 });
  for await (const _ of body) break;
  expect(isLeft).toBe(true);
  expect(await textOf(body)).toBe("");
});
