import { expect, test } from "vitest";
import { chunksBody } from "../../src/store/bodies.ts";
import { tellingAttempt, tellingReceived, tellingSent } from "../../src/transfer/passing.ts";

const chunks = [new Uint8Array(3), new Uint8Array(4)];

/** What was told, and the sum after each time. */
function teller(): { readonly tell: (bytes: number) => void; readonly sums: number[] } {
  const sums: number[] = [];
  return { sums, tell: (bytes) => void sums.push((sums.at(-1) ?? 0) + bytes) };
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

test("what is sent is told piece by piece, and taken back when it is sent again", async () => {
  const { tell, sums } = teller();
  const body = tellingSent(chunksBody(chunks, 7), tell);
  await readAll(body.open());
  await readAll(body.open());
  expect(sums).toEqual([3, 7, 0, 3, 7]);
});

test("an attempt that fails half-way leaves nothing told; one that succeeds leaves all", async () => {
  const { tell, sums } = teller();
  const attempt = async (fails: boolean): Promise<void> =>
    await tellingAttempt(tell, async (onBytes) => {
      await readAll(tellingReceived(chunksBody(chunks, 7).open(), onBytes));
      if (fails) throw new Error("lost");
    });
  await expect(attempt(true)).rejects.toThrow("lost");
  await attempt(false);
  expect(sums).toEqual([3, 7, 0, 3, 7]);
});
