import { createHash } from "node:crypto";
import type { ObjectBody, RequestBody } from "@fedbucket/client";

/** A body that can be opened again. */
export function bodyOf(text: string | Uint8Array): RequestBody {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return {
    bytes: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}

export async function readAll({ body }: ObjectBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const readText = async (object: ObjectBody): Promise<string> => (await readAll(object)).toString();

/** So many bytes, no two chunks alike, the same every time. */
export async function* manyBytes(total: number): AsyncGenerator<Uint8Array> {
  const chunkBytes = 1024 ** 2;
  for (let at = 0; at < total; at += chunkBytes) {
    const seed = createHash("sha256").update(String(at)).digest();
    const chunk = Buffer.alloc(Math.min(chunkBytes, total - at), seed);
    yield chunk;
  }
}

export async function md5(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
