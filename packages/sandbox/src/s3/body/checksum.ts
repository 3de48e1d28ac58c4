import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { S3Error } from "../errors.ts";
import { base64Of32, crc32c, type Digest } from "./crc.ts";
import { crc64nvme } from "./crc64nvme.ts";

interface Algorithm {
  /** Of the value, before base64. */
  readonly bytes: number;
  readonly create: () => Digest;
}

const ALGORITHMS: readonly (readonly [header: string, Algorithm])[] = Object.entries({
  "x-amz-checksum-crc32": { bytes: 4, create: zlibCrc32 },
  "x-amz-checksum-crc32c": { bytes: 4, create: crc32c },
  "x-amz-checksum-crc64nvme": { bytes: 8, create: crc64nvme },
  "x-amz-checksum-sha1": { bytes: 20, create: () => hashDigest("sha1") },
  "x-amz-checksum-sha256": { bytes: 32, create: () => hashDigest("sha256") },
});

/** A checksum the client named, on its way over the bytes. */
export interface Checksum {
  readonly header: string;
  readonly digest: Digest;
  /** Known from the start in a header, at the end in a trailer. */
  readonly expected?: string;
}

/** Checksums sent as headers or announced as trailers. */
export function checksumsOf(headers: Readonly<Record<string, string | undefined>>): readonly Checksum[] {
  const trailers = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  return ALGORITHMS.flatMap(([header, { bytes, create }]): Checksum[] => {
    const expected = headers[header];
    if (expected !== undefined) return [{ header, digest: create(), expected: checkForm(header, expected, bytes) }];
    return trailers.includes(header) ? [{ header, digest: create() }] : [];
  });
}

function checkForm(header: string, value: string, bytes: number): string {
  if (Buffer.from(value, "base64").length === bytes) return value;
  throw new S3Error("InvalidRequest", `Value for ${header} header is invalid.`);
}

/** Throws BadDigest unless the bytes are those the client summed. */
export function judge(checksum: Checksum, trailers: ReadonlyMap<string, string>): void {
  const expected = checksum.expected ?? trailers.get(checksum.header);
  if (expected === undefined) throw new S3Error("MalformedTrailerError");
  if (expected !== checksum.digest.base64()) {
    throw new S3Error("BadDigest", `The ${checksum.header} you specified did not match the bytes that arrived.`);
  }
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
