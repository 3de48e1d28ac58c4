import type { ServiceRequest } from "./service.ts";

/** A body meant for memory (a form, a JSON document) is longer than anybody honest sends. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`request body is longer than ${limit} bytes`);
    this.name = "BodyTooLarge";
  }
}

/** The whole body, at most `limit` bytes (default 256 KiB). */
export async function readWhole(request: ServiceRequest, limit: number = 256 * 1024): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
