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
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) break;
  }
  return text + decoder.decode();
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
