import type { HttpResponse } from "../src/http.ts";

/** An answer as a transport would give it. A body that is no text is sent as JSON. */
export function answer(status: number, body: unknown = "", headers: Record<string, string> = {}): HttpResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    status,
    headers,
    body: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  };
}
