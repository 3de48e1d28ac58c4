import type { ClientRequest, IncomingMessage } from "node:http";
import { setMaxListeners } from "node:events";
import { Failure } from "../failure.ts";
import type { HttpRequest, HttpResponse, SendOptions, Transport } from "../http.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { redactUrl } from "../trace.ts";
import { makeAgents } from "./agents.ts";
import { type Environment, proxyFor } from "./proxy.ts";
import { isRefusal, writeBody } from "./write-body.ts";

export interface NodeTransportOptions {
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read from here, lower-case spellings first. */
  readonly env?: Environment;
  /** PEM file of certificate authorities to trust besides the known ones. Read when first needed. */
  readonly caBundle?: string | undefined;
  /** Until a connection stands, TLS included. Default 10,000 (10 s). */
  readonly connectTimeoutMs?: number;
  /** Without a byte in either direction. Default 60,000 (60 s). */
  readonly idleTimeoutMs?: number;
  /** Default `fedbucket`. */
  readonly userAgent?: string;
}

export interface NodeTransport extends Transport {
  /** Closes idle connections; a process ends without it too. */
  close(): void;
}

/**
 * Sends with `node:http` and `node:https` over kept connections. They are loaded with the first request, by
 * `getBuiltinModule`: importing them from an ES module costs 20 ms more.
 *
 * Rejects with Node's own errors, and with `CONNECT_TIMEOUT` or `IDLE_TIMEOUT` as `code`.
 */
export function nodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  const { connectTimeoutMs = 10_000, idleTimeoutMs = 60_000, userAgent = "fedbucket", env = {} } = options;
  const agents = makeAgents(options.caBundle);

  async function send(request: HttpRequest, { signal }: SendOptions = {}): Promise<HttpResponse> {
    signal?.throwIfAborted();
    const { scheme, authority, target } = splitUrl(request.url);
    const proxy = proxyFor(env, scheme, authority);
    const plainProxy = scheme === "http" ? proxy : undefined;
    const peer = plainProxy ?? new URL(`${scheme}://${authority}`);
    const { request: open } = process.getBuiltinModule(peer.protocol === "https:" ? "node:https" : "node:http");
    const outgoing = open({
      agent: await agents.agentFor(peer, scheme === "https" ? proxy : undefined),
      method: request.method,
      host: peer.hostname.replace(/^\[|\]$/g, ""),
      port: peer.port || (peer.protocol === "https:" ? 443 : 80),
      // Never through `URL`, which would take `..` out of an object's name. An HTTP proxy wants the whole address.
      path: plainProxy === undefined ? target : `http://${authority}${target}`,
      headers: { ...requestHeaders(request, authority, userAgent), ...plainProxy?.headers },
      timeout: idleTimeoutMs,
    });
    return exchange(outgoing, request, { signal, connectTimeoutMs, idleTimeoutMs });
  }

  return Object.assign(send, { close: () => agents.close() });
}

interface ExchangeOptions {
  readonly signal: AbortSignal | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Writes the request and waits for the answer's headers; the body comes as it is read. */
function exchange(outgoing: ClientRequest, request: HttpRequest, options: ExchangeOptions): Promise<HttpResponse> {
  const { signal, connectTimeoutMs, idleTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    let incoming: IncomingMessage | undefined;
    const sending = { waitsForSource: false, done: false };
    // Whoever reads the body must get the error, too.
    const fail = (error: Error): void => void (incoming ?? outgoing).destroy(error);
    const abort = (): void => fail(abortReason(signal));
    const connecting = setTimeout(() => fail(timeoutError("CONNECT_TIMEOUT")), connectTimeoutMs);
    if (signal !== undefined) {
      setMaxListeners(0, signal);
      signal.addEventListener("abort", abort);
    }
    outgoing.on("socket", (socket) => {
      const connected = (): void => clearTimeout(connecting);
      if (!socket.connecting && !("secureConnecting" in socket && socket.secureConnecting === true)) connected();
      else socket.once("encrypted" in socket ? "secureConnect" : "connect", connected);
    });
    outgoing.on("timeout", () => {
      // Not the server's silence when we hold unread bytes, or when our own source has none to send.
      if (sending.waitsForSource || (incoming?.readableLength ?? 0) > 0) outgoing.setTimeout(idleTimeoutMs);
      else fail(timeoutError("IDLE_TIMEOUT"));
    });
    outgoing.on("error", reject);
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    outgoing.on("close", () => {
      clearTimeout(connecting);
      signal?.removeEventListener("abort", abort);
      close();
    });
    outgoing.on("response", (message) => {
      incoming = message;
      if (!sending.done && isRefusal(outgoing)) message.once("end", () => outgoing.destroy());
      // Node hands the connection back when the answer has come and the request has left, and tells of the latter later.
      resolve(readResponse(request, message, () => (sending.done ? closed : Promise.resolve())));
    });
    writeBody(outgoing, request, sending).catch((error: Error) => {
      outgoing.destroy(error);
      reject(error);
    });
  });
}

/** The body's end is told once the connection serves the next request. */
async function readResponse(
  request: HttpRequest,
  message: IncomingMessage,
  released: () => Promise<void>,
): Promise<HttpResponse> {
  const status = message.statusCode ?? 0;
  const response = { status, headers: responseHeaders(message), body: endingWith(message, released) };
  const isEmpty =
    request.method === "HEAD" || status === 204 || status === 304 || message.headers["content-length"] === "0";
  if (!isEmpty) return response;
  // Nobody will read it, so the connection is handed back here, before the next request looks for one.
  const ended = new Promise((resolve) => message.once("close", resolve).once("end", resolve));
  message.resume();
  await ended;
  await released();
  return { ...response, body: nothing() };
}

function endingWith(message: IncomingMessage, released: () => Promise<void>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const chunks: AsyncIterator<Uint8Array, undefined> = message[Symbol.asyncIterator]();
      return {
        next: async () => {
          const chunk = await chunks.next();
          if (chunk.done === true) await released();
          return chunk;
        },
        return: () => chunks.return?.() ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Splits by hand and keeps the path as it is; `URL` would normalise it. */
function splitUrl(url: string): { scheme: "http" | "https"; authority: string; target: string } {
  const match = /^(https?):\/\/([^/?#@]+)([^#]*)$/.exec(url);
  if (match === null) {
    throw new Failure("BAD_URL", "usage", `not an http or https address: ${redactUrl(url)}`, {
      cure: ["Give the whole address, as in https://object-store.example.org"],
    });
  }
  const [, scheme, authority = "", rest = ""] = match;
  return {
    scheme: scheme === "https" ? "https" : "http",
    authority,
    target: rest.startsWith("/") ? rest : `/${rest}`,
  };
}

function timeoutError(code: "CONNECT_TIMEOUT" | "IDLE_TIMEOUT"): Error {
  return Object.assign(new Error(code === "CONNECT_TIMEOUT" ? "no connection in time" : "no answer in time"), { code });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal?.reason });
}
