import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Checksum, ChecksumAlgorithm } from "../../storage/storage.ts";
import { S3Error } from "../errors.ts";
import { base64Of32, crc32c, type Digest } from "./crc.ts";
import { crc64nvme } from "./crc64nvme.ts";

interface Kind {
  /** Of the value, before base64. */
  readonly bytes: number;
  readonly create: () => Digest;
}

const KINDS: Readonly<Record<ChecksumAlgorithm, Kind>> = {
  crc32: { bytes: 4, create: zlibCrc32 },
  crc32c: { bytes: 4, create: crc32c },
  crc64nvme: { bytes: 8, create: crc64nvme },
  sha1: { bytes: 20, create: () => hashDigest("sha1") },
  sha256: { bytes: 32, create: () => hashDigest("sha256") },
};

export const checksumAlgorithms = Object.keys(KINDS) as readonly ChecksumAlgorithm[];

export function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm}`;
}

export function digestOf(algorithm: ChecksumAlgorithm): Digest {
  return KINDS[algorithm].create();
}

/** The algorithm that a header names, in either case. */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((known) => known === name.toLowerCase());
  if (algorithm !== undefined) return algorithm;
  const names = checksumAlgorithms.map((known) => known.toUpperCase()).join(", ");
  throw new S3Error("InvalidRequest", `Checksum algorithm ${name} is unsupported. The valid ones are ${names}.`);
}

/** The checksum that a client says its body has. */
export interface Announced {
  readonly algorithm: ChecksumAlgorithm;
  /** Known from the start in a header, at the end in a trailer. */
  readonly expected?: string;
}

/**
 * A checksum sent as a header, or announced as a trailer.
 * @throws S3Error InvalidRequest as Amazon does: of two, a malformed one, or none where its algorithm is named.
 */
export function announcedChecksum(headers: Readonly<Record<string, string | undefined>>): Announced | undefined {
  const trailers = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  const found = checksumAlgorithms.flatMap((algorithm): Announced[] => {
    const expected = headers[headerOf(algorithm)];
    if (expected !== undefined) return [{ algorithm, expected: checkForm(algorithm, expected) }];
    return trailers.includes(headerOf(algorithm)) ? [{ algorithm }] : [];
  });
  const [announced] = found;
  if (found.length > 1) throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header.");
  const named = headers["x-amz-sdk-checksum-algorithm"];
  if (named !== undefined && announced?.algorithm !== readAlgorithm(named)) {
    throw new S3Error("InvalidRequest", `x-amz-sdk-checksum-algorithm is ${named}, but no such checksum is sent.`);
  }
  return announced;
}

function checkForm(algorithm: ChecksumAlgorithm, value: string): string {
  if (Buffer.from(value, "base64").length === KINDS[algorithm].bytes) return value;
  throw new S3Error("InvalidRequest", `Value for ${headerOf(algorithm)} header is invalid.`);
}

/** A body, and the checksum of what was read of it. */
export interface Summed {
  readonly body: AsyncIterable<Uint8Array>;
  /** Once, when the body was read to its end. */
  readonly checksum: () => Checksum;
}

export function summing(source: AsyncIterable<Uint8Array>, algorithm: ChecksumAlgorithm): Summed {
  const digest = digestOf(algorithm);
  async function* read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      digest.update(chunk);
      yield chunk;
    }
  }
  return { body: read(), checksum: () => ({ algorithm, value: digest.base64() }) };
}

function zlibCrc32(): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    base64: () => base64Of32(value),
  };
}

function hashDigest(algorithm: string): Digest {
  const hash = createHash(algorithm);
  return {
    update(bytes) {
      hash.update(bytes);
    },
    base64: () => hash.digest("base64"),
  };
}
