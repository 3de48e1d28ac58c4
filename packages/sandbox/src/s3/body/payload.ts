import { createHash, hash } from "node:crypto";
import type { ServiceRequest } from "../../http/service.ts";
import type { Checksum, ChecksumAlgorithm, PutRequest } from "../../storage/storage.ts";
import type { Authentication } from "../auth/authenticate.ts";
import { S3Error } from "../errors.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { digestOf, headerOf, type Announced } from "./checksum.ts";
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
  /** The checksum that the client says the body has. */
  readonly announced: Announced | undefined;
  /** The same with its value, once the body was read to the end, and so found right. */
  readonly checksum: () => Checksum | undefined;
}

/** Opens the body of a request; nothing is read before the body is iterated. */
export function openPayload(
  request: ServiceRequest,
  authentication: Authentication,
  announced: Announced | undefined,
): Payload {
  const { headers } = request;
  const md5 = contentMd5(headers["content-md5"]);
  const isFramed = authentication.payloadHash?.startsWith("STREAMING-") === true;
  const length = headers[isFramed ? "x-amz-decoded-content-length" : "content-length"];
  const bytes = length === undefined ? undefined : Number(length);
  const trailers = new Map<string, string>();
  const plain = unframed(request, authentication, trailers);
  const whole = isFramed && bytes !== undefined ? complete(plain, bytes) : plain;
  const value = (): string | undefined =>
    announced && (announced.expected ?? trailers.get(headerOf(announced.algorithm)));
  return {
    body: announced === undefined ? whole : judged(whole, announced.algorithm, value),
    bytes,
    announced,
    checksum() {
      const sent = value();
      return announced && sent !== undefined ? { algorithm: announced.algorithm, value: sent } : undefined;
    },
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

function unframed(request: ServiceRequest, authentication: Authentication, trailers: Map<string, string>) {
  const payloadHash = authentication.payloadHash ?? "UNSIGNED-PAYLOAD";
  if (payloadHash.startsWith("STREAMING-")) {
    return decodeAwsChunked(request.body, trailers, chunkSignatures(payloadHash, authentication));
  }
  return payloadHash === "UNSIGNED-PAYLOAD" ? request.body : sha256Checked(request.body, payloadHash);
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

async function* complete(source: AsyncIterable<Uint8Array>, announcedBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== announcedBytes) throw new S3Error("IncompleteBody");
}

/** Ends in a BadDigest unless the bytes are those the client summed. `sent` is asked at the end, for it may be a trailer. */
async function* judged(
  source: AsyncIterable<Uint8Array>,
  algorithm: ChecksumAlgorithm,
  sent: () => string | undefined,
): AsyncGenerator<Uint8Array> {
  const digest = digestOf(algorithm);
  for await (const chunk of source) {
    digest.update(chunk);
    yield chunk;
  }
  const value = sent();
  if (value === undefined) throw new S3Error("MalformedTrailerError");
  if (value !== digest.base64()) {
    throw new S3Error("BadDigest", `The ${headerOf(algorithm)} you specified did not match the bytes that arrived.`);
  }
}

/** Content-MD5 in hex. */
function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16) throw new S3Error("InvalidDigest");
  return bytes.toString("hex");
}
