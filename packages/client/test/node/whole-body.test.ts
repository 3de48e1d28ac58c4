import { expect, test } from "vitest";
import { isShared, reusedBuffers, sharedMemory } from "../../src/node/buffers.ts";
import { wholeBody } from "../../src/node/whole-body.ts";

function shared(text: string): Buffer {
  const bytes = sharedMemory(text.length);
  bytes.write(text);
  return bytes;
}

/** Tells whether it was left before its end. */
async function* bodyOf(chunks: readonly Uint8Array[], onLeft = (): void => {}): AsyncGenerator<Uint8Array> {
  let isLeft = true;
  try {
    yield* chunks;
    isLeft = false;
  } finally {
    if (isLeft) onLeft();
  }
}

test("what comes whole in shared memory stays where it is until it is released", async () => {
  const chunk = shared("whole");
  let isLeft = false;
  const body = bodyOf([chunk], () => (isLeft = true));
  const whole = await wholeBody(body, 5, reusedBuffers(sharedMemory));
  expect(whole.bytes).toBe(chunk);
  expect(isLeft).toBe(false);
  await whole.release();
  expect(isLeft).toBe(true);
});

test("what comes in pieces, or in other memory, is put together in shared memory", async () => {
  for (const chunks of [[shared("who"), shared("le")], [Buffer.from("whole")]]) {
    const { bytes } = await wholeBody(bodyOf(chunks), 5, reusedBuffers(sharedMemory));
    expect(String(bytes)).toBe("whole");
    expect(isShared(bytes)).toBe(true);
  }
  expect((await wholeBody(bodyOf([]), 0, reusedBuffers(sharedMemory))).bytes.byteLength).toBe(0);
});
