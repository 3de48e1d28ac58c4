import { IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { ServiceResponse } from "./service.ts";

export interface NodeRequest {
  readonly method: string;
  /** Path and query as the handler routes them. */
  readonly url: string;
  /** Path and query as the client sent them, when a prefix was taken off `url`. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Runs a handler written for `node:http` on plain records, with no socket under it. */
export function runNodeHandler(handler: RequestListener, request: NodeRequest): Promise<ServiceResponse> {
  const incoming = Object.assign(new IncomingMessage(new Socket()), {
    method: request.method,
    url: request.url,
    originalUrl: request.originalUrl ?? request.url,
    headers: { ...request.headers, "content-length": String(request.body.length) },
  });
  if (request.body.length > 0) incoming.push(request.body);
  incoming.push(null);
  const outgoing = new ServerResponse(incoming);
  return new Promise((resolve, reject) => {
    outgoing.once("error", reject);
    record(outgoing, (body) => resolve({ status: outgoing.statusCode, headers: readHeaders(outgoing), body }));
    handler(incoming, outgoing);
  });
}

/** Keeps what is written instead of framing it for a socket. */
function record(outgoing: ServerResponse, done: (body: Uint8Array) => void): void {
  const chunks: Uint8Array[] = [];
  const keep = (chunk: unknown): void => {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) chunks.push(chunk);
  };
  outgoing.write = (chunk: unknown): boolean => {
    keep(chunk);
    return true;
  };
  outgoing.end = (chunk?: unknown): ServerResponse => {
    keep(chunk);
    done(Buffer.concat(chunks));
    outgoing.emit("finish");
    return outgoing;
  };
}

function readHeaders(outgoing: ServerResponse): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of outgoing.getHeaderNames()) {
    const value = outgoing.getHeader(name);
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join("\n") : String(value);
  }
  return headers;
}
