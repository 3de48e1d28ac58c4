import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BodyTooLarge } from "./body.ts";
import { ConnectionReset } from "./fault.ts";
import { send } from "./send.ts";
import type { Service, ServiceRequest } from "./service.ts";

export interface ListenOptions {
  readonly service: Service;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. Anything else shows the sandbox to the network. */
  readonly host?: string;
  /** Told of what a service threw; the client gets a bare 500. */
  readonly onError: (error: unknown) => void;
}

export interface Listener {
  /** For example `http://127.0.0.1:9000`. */
  readonly origin: string;
  readonly port: number;
  /** Stops accepting, lets running requests end for `graceMs` (default 1000), then drops them. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Binds a service to a port.
 *
 * @throws Error with `code` `EADDRINUSE` or `EACCES` when the port cannot be had.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { service, port = 0, host = "127.0.0.1", onError } = options;
  const server = createServer({
    keepAliveTimeout: 75_000, // longer than clients keep an idle connection, so that they close it and not we
    headersTimeout: 60_000,
    requestTimeout: 0, // an upload may take hours
    maxHeaderSize: 64 * 1024, // a JWT with many entitlements passes 16 KiB
  });
  const answer = (request: IncomingMessage, response: ServerResponse, asks100 = false): void =>
    void serve(service, request, response, asks100, onError);
  server.on("request", answer);
  server.on("checkContinue", (request, response) => answer(request, response, true));
  await bind(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  return { origin: `http://${host}:${bound}`, port: bound, close: (graceMs) => close(server, graceMs) };
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  asks100: boolean,
  onError: (error: unknown) => void,
): Promise<void> {
  const upload = readBody(request, asks100 ? () => response.writeContinue() : undefined);
  response.on("error", () => {}); // the client went away; `send` sees it through `close`
  try {
    const answer = await service(toServiceRequest(request, upload.body));
    // The client may or may not send the body it was not asked for: only a new connection is unambiguous.
    if (asks100 && !upload.started()) response.setHeader("Connection", "close");
    await send(response, answer, request.method === "HEAD");
  } catch (error) {
    if (error instanceof ConnectionReset) return reset(request, response);
    if (error instanceof BodyTooLarge && !response.headersSent) {
      return void response.writeHead(413, { Connection: "close" }).end(`${error.message}\n`);
    }
    const clientLeft = request.socket.destroyed || (request.errored !== null && !request.complete);
    if (!clientLeft) onError(error);
    if (response.headersSent || clientLeft) response.destroy();
    else response.writeHead(500, { "Content-Type": "text/plain" }).end("Internal Server Error\n");
  }
}

/** At once; but where a part of the answer was sent, once that part is out: a reset would take it back. */
function reset(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) request.socket.destroySoon();
  else request.socket.resetAndDestroy();
}

/** The body, asked for (`100 Continue`) only once somebody reads it. */
function readBody(
  request: IncomingMessage,
  writeContinue: (() => void) | undefined,
): { body: AsyncIterable<Uint8Array>; started: () => boolean } {
  let started = false;
  async function* read(): AsyncGenerator<Uint8Array> {
    if (!started) writeContinue?.();
    started = true;
    // A service that stops reading still answers, so the socket must outlive the iterator.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  }
  return { body: { [Symbol.asyncIterator]: read }, started: () => started };
}

function toServiceRequest(request: IncomingMessage, body: AsyncIterable<Uint8Array>): ServiceRequest {
  const target = request.url ?? "/";
  const at = target.indexOf("?");
  const rawQuery = at === -1 ? "" : target.slice(at + 1);
  return {
    method: request.method ?? "GET",
    path: at === -1 ? target : target.slice(0, at),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: request.headers as Record<string, string | undefined>,
    body,
    origin: `http://${request.headers.host ?? "127.0.0.1"}`,
  };
}

async function close(server: Server, graceMs = 1000): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  // A connection that falls idle after `close()` would otherwise live on for its keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  const limit = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(limit);
}
