import { createHash, hash } from "node:crypto";
import type { ServiceRequest } from "../../http/service.ts";
import type { PutRequest } from "../../storage/storage.ts";
import type { Authentication } from "../auth/authenticate.ts";
import { S3Error } from "../errors.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { checksumsOf, judge, type Checksum } from "./checksum.ts";
import { ChunkSignatures } from "./chunk-signatures.ts";

/** Complete Multipart Upload of 10,000 parts with checksums has about 2 MB. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** What the client uploads, without framing. Reading it to the end throws if it is not what was signed and summed. */
export interface Payload {
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes announced, or undefined where the client does not know. */
  readonly bytes: number | undefined;
  /** Judges Content-MD5; for the storage to call before it shows the object. */
  readonly verify: NonNullable<PutRequest["verify"]>;
}

/** Opens the body of a request; nothing is read before the body is iterated. */
export function openPayload(request: ServiceRequest, authentication: Authentication): Payload {
  const { headers } = request;
  const md5 = contentMd5(headers["content-md5"]);
  const isFramed = authentication.payloadHash?.startsWith("STREAMING-") === true;
  const announced = headers[isFramed ? "x-amz-decoded-content-length" : "content-length"];
  const bytes = announced === undefined ? undefined : Number(announced);
  return {
    body: bodyOf(request, authentication, bytes),
    bytes,
    verify({ etag }) {
      if (md5 !== undefined && md5 !== etag) throw new S3Error("BadDigest");
    },
  };
}

/** Reads a whole XML document. */
export async function readDocument(payload: Payload): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of payload.body) {
    bytes += chunk.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw new S3Error("EntityTooLarge");
    chunks.push(chunk);
  }
  const document = Buffer.concat(chunks);
  payload.verify({ etag: hash("md5", document), bytes });
  return document.toString("utf8");
}

function bodyOf(request: ServiceRequest, authentication: Authentication, bytes: number | undefined) {
  const checksums = checksumsOf(request.headers);
  const payloadHash = authentication.payloadHash ?? "UNSIGNED-PAYLOAD";
  if (payloadHash.startsWith("STREAMING-")) {
    const trailers = new Map<string, string>();
    const framed = decodeAwsChunked(request.body, trailers, chunkSignatures(payloadHash, authentication));
    return summed(framed, checksums, trailers, bytes);
  }
  const hashed = payloadHash === "UNSIGNED-PAYLOAD" ? request.body : sha256Checked(request.body, payloadHash);
  return checksums.length === 0 ? hashed : summed(hashed, checksums, new Map(), undefined);
}

function chunkSignatures(payloadHash: string, { chain }: Authentication): ChunkSignatures | undefined {
  switch (payloadHash) {
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return undefined;
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      if (chain !== undefined) return new ChunkSignatures(chain, payloadHash.endsWith("-TRAILER"));
  }
  throw new S3Error("NotImplemented", `x-amz-content-sha256: ${payloadHash} is not implemented.`);
}

async function* sha256Checked(source: AsyncIterable<Uint8Array>, expected: string): AsyncGenerator<Uint8Array> {
  const sha256 = createHash("sha256");
  for await (const chunk of source) {
    sha256.update(chunk);
    yield chunk;
  }
  if (sha256.digest("hex") !== expected.toLowerCase()) throw new S3Error("XAmzContentSHA256Mismatch");
}

async function* summed(
  source: AsyncIterable<Uint8Array>,
  checksums: readonly Checksum[],
  trailers: ReadonlyMap<string, string>,
  announcedBytes: number | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    for (const { digest } of checksums) digest.update(chunk);
    yield chunk;
  }
  if (announcedBytes !== undefined && bytes !== announcedBytes) throw new S3Error("IncompleteBody");
  for (const checksum of checksums) judge(checksum, trailers);
}

/** Content-MD5 in hex. */
function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16) throw new S3Error("InvalidDigest");
  return bytes.toString("hex");
}
