import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/node/crypto.ts";
import { asStreamed, partBytesName } from "../../src/store/part-bytes.ts";
import { matchesEtag } from "../../src/transfer/checksum.ts";

const MiB = 1024 ** 2;
const content = randomBytes(20 * MiB);
const md5 = (bytes: Uint8Array | string): Buffer => createHash("md5").update(bytes).digest();

/** The ETag of a static large object. @see swift/common/middleware/slo.py */
const segmentsEtag = (...cut: readonly Uint8Array[]): string =>
  `"${md5(cut.map((segment) => md5(segment).toString("hex")).join("")).toString("hex")}"`;

const streamed = segmentsEtag(
  content.subarray(0, 8 * MiB),
  content.subarray(8 * MiB, 16 * MiB),
  content.subarray(16 * MiB),
);
const even = segmentsEtag(content.subarray(0, 16 * MiB), content.subarray(16 * MiB));

test.each([
  ["a stream's segments", streamed, asStreamed, content, true],
  ["other bytes in them", streamed, asStreamed, randomBytes(20 * MiB), false],
  ["a file's segments", even, String(16 * MiB), content, true],
  ["segments of which nobody says how large they are", even, undefined, content, undefined],
])("%s", async (_, etag, cut, bytes, verdict) => {
  const metadata = cut === undefined ? {} : { [partBytesName]: cut };
  const md5Of = async (_algorithm: string, { start, end }: { start: number; end: number }): Promise<Uint8Array> =>
    md5(bytes.subarray(start, end + 1));
  expect(await matchesEtag({ etag, bytes: bytes.byteLength, metadata }, md5Of, nodeCrypto())).toBe(verdict);
});
