import { S3Error } from "../errors.ts";
import type { ChunkSignatures } from "./chunk-signatures.ts";
import { FrameReader } from "./frame-reader.ts";

interface ChunkHeader {
  readonly bytes: number;
  readonly signature: string;
}

/**
 * Takes the frames off an `aws-chunked` body and yields its bytes. Trailing headers go into `trailers`. With
 * `signatures` each chunk, and the trailer, must be signed; what was yielded before a bad one has to be dropped.
 * @see Amazon S3 API, "Transferring payload in multiple chunks" and "Including trailing headers"
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
  signatures?: ChunkSignatures,
): AsyncGenerator<Uint8Array> {
  const reader = new FrameReader(source);
  try {
    for (;;) {
      const chunk = readHeader(await reader.line());
      signatures?.begin(chunk.signature);
      for (let left = chunk.bytes; left > 0;) {
        const piece = await reader.upTo(left);
        left -= piece.length;
        signatures?.update(piece);
        yield piece;
      }
      signatures?.end();
      if (chunk.bytes === 0) break;
      if ((await reader.line()) !== "") throw new S3Error("InvalidRequest", "A chunk is longer than its header says.");
    }
    await readTrailers(reader, trailers);
    signatures?.trailer(trailers);
  } finally {
    await reader.close();
  }
}

function readHeader(line: string | undefined): ChunkHeader {
  if (line === undefined) throw new S3Error("IncompleteBody");
  const [, size, signature] = /^([0-9a-f]{1,12})(?:\s*;\s*chunk-signature=([0-9a-f]+))?\s*$/i.exec(line) ?? [];
  if (size === undefined) throw new S3Error("InvalidRequest", "A chunk header is malformed.");
  return { bytes: Number.parseInt(size, 16), signature: signature ?? "" };
}

/** To the end of the body: minio-go puts an empty line between the trailers and their signature. */
async function readTrailers(reader: FrameReader, trailers: Map<string, string>): Promise<void> {
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1 || trailers.size >= 10) throw new S3Error("MalformedTrailerError");
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}
