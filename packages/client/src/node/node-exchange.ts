import { setMaxListeners } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { responseHeaders } from "./headers.ts";
import { abortReason, timeoutError } from "./time-limits.ts";
import { isUnderWay, newSending, type Outgoing, writeBody } from "./write-body.ts";

interface ExchangeOptions {
  readonly signal: AbortSignal | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Writes the request and waits for the answer's headers; the body comes as it is read. */
export function exchange(
  outgoing: ClientRequest,
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<HttpResponse> {
  const { signal, connectTimeoutMs, idleTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    let incoming: IncomingMessage | undefined;
    const sending = newSending();
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
      const isOurs = sending.waitsForSource || (incoming?.readableLength ?? 0) > 0;
      if (isOurs || isUnderWay(sending)) outgoing.setTimeout(idleTimeoutMs);
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
    writeBody(outgoingOf(outgoing), request, sending).catch((error: Error) => {
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

function outgoingOf(request: ClientRequest): Outgoing {
  return {
    get destroyed() {
      return request.destroyed;
    },
    get isRefused() {
      return isRefusal(request);
    },
    write: (chunk) =>
      new Promise((resolve) => {
        const go = (): void => {
          request.off("close", go).off("response", answered);
          resolve();
        };
        const answered = (): void => {
          if (isRefusal(request)) go();
        };
        request.once("close", go).once("response", answered);
        request.write(chunk, go);
      }),
    end: () => void request.end(),
  };
}

/** Whether the server has answered already that it does not want the rest. */
function isRefusal(request: ClientRequest): boolean {
  const { res } = request as { res?: IncomingMessage | null };
  return (res?.statusCode ?? 0) >= 300;
}
