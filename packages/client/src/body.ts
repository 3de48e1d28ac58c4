import type { HttpResponse, RequestBody } from "./http.ts";
import { Secret } from "./secret.ts";

/** More than any answer of Check-in or Keystone; whatever sends more is not one of them. */
const maxAnswerBytes = 8 * 1024 * 1024;

/** A body of text that can be sent again. A secret one is revealed only while it is sent. */
export function textBody(text: string | Secret): RequestBody {
  const encode = (): Uint8Array => new TextEncoder().encode(text instanceof Secret ? text.reveal() : text);
  return {
    bytes: encode().byteLength,
    async *open() {
      yield encode();
    },
  };
}

/** The whole body as text; stops reading after 8 MiB. */
export async function readText(response: HttpResponse): Promise<string> {
  return new TextDecoder().decode(await readBytes(response));
}

/** Memory for answers that are read one after the other: fresh pages of it cost more than copying into old ones. */
export interface Scratch {
  bytes: Uint8Array;
}

/** The whole body; stops reading after 8 MiB. It is in the scratch memory, until the next one is read there. */
export async function readBytes(
  response: HttpResponse,
  scratch: Scratch = { bytes: new Uint8Array(0) },
): Promise<Uint8Array> {
  let length = 0;
  for await (const chunk of response.body) {
    const needed = length + chunk.byteLength;
    if (needed > scratch.bytes.byteLength) scratch.bytes = grown(scratch.bytes, needed);
    scratch.bytes.set(chunk, length);
    length = needed;
    if (length > maxAnswerBytes) break;
  }
  return scratch.bytes.subarray(0, length);
}

function grown(bytes: Uint8Array, atLeast: number): Uint8Array {
  const larger = new Uint8Array(Math.max(atLeast, 2 * bytes.byteLength));
  larger.set(bytes);
  return larger;
}

/** The body as JSON, or undefined when it is not JSON: an HTML page of a proxy, for example. */
export async function readJson(response: HttpResponse): Promise<unknown> {
  return parseJson(await readText(response));
}

/** Undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
