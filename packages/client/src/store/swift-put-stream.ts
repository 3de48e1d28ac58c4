import { hex } from "../crypto.ts";
import {
  deleteObjectRequest,
  maxObjectBytes,
  type ObjectName,
  putStreamRequest,
  readStored,
} from "../swift/objects.ts";
import { readDone } from "../swift/errors.ts";
import { StoreError } from "./error.ts";
import { corrupt, inWords, type Place } from "./failures.ts";
import type { ObjectInfo, PutOptions } from "./store.ts";
import type { SwiftClient } from "./swift-client.ts";

/** A stream that ends within this is sent like a file: in a request that can be repeated. */
export const heldBytes: number = 8 * 1024 ** 2;

/** Sends a stream of unknown length in one request. What arrived damaged is removed again. */
export async function putSwiftStream(
  client: SwiftClient,
  place: Place & ObjectName & { readonly key: string },
  stream: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<ObjectInfo> {
  const md5 = client.crypto.md5();
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      bytes += chunk.byteLength;
      if (bytes > maxObjectBytes) throw tooLarge(place);
      md5.update(chunk);
      yield chunk;
    }
  }
  const sent = { place, signal: options.signal };
  const stored = await client.send((access) => putStreamRequest(access, place, counted(), options), readStored, sent);
  if (stored.etag !== hex(md5.digest())) {
    await client.send((access) => deleteObjectRequest(access, place), readDone, sent);
    throw corrupt(place, "the store kept other bytes than were sent, and they were removed");
  }
  return { kind: "object", key: place.key, bytes, etag: stored.etag, modifiedAt: stored.at };
}

export function tooLarge(place: Place): StoreError {
  const message = `${inWords(place)} is larger than 5 GiB, the most that Swift takes in one piece; S3 takes more`;
  return new StoreError("STORE_QUOTA", message);
}
