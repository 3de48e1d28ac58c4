import type { IncomingMessage } from "node:http";
import type { HttpRequest } from "../http.ts";

/** What Node writes: secrets become text here and nowhere else on the way to a server. */
export function requestHeaders(request: HttpRequest, authority: string, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { host: authority, "user-agent": userAgent };
  for (const name in request.headers) {
    const value = request.headers[name] ?? "";
    headers[name] = toWire(typeof value === "string" ? value : value.reveal());
  }
  if (request.stream !== undefined) headers["transfer-encoding"] = "chunked";
  else if (request.body !== undefined) headers["content-length"] = String(request.body.bytes);
  else if (request.method === "PUT" || request.method === "POST") headers["content-length"] = "0";
  return headers;
}

/** Lower-case names, repeated headers joined. */
export function responseHeaders(message: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name in message.headers) {
    const value = message.headers[name];
    headers[name] = value === undefined ? undefined : fromWire(Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

// Node takes one byte for each character of a header. Object stores send and understand UTF-8 in metadata.

function toWire(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

export function fromWire(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "latin1").toString("utf8");
}

export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);
