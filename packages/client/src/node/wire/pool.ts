import type { Socket } from "node:net";
import type { ConnectionOptions, SecureContext } from "node:tls";
import type { HttpRequest, HttpResponse } from "../../http.ts";
import { readAuthorities } from "../authorities.ts";
import { reusedBuffers, sharedMemory } from "../buffers.ts";
import { abortReason, timeoutError } from "../time-limits.ts";
import { type Connection, makeConnection } from "./connection.ts";
import { endingBySignal } from "./ending.ts";
import { beginExchange } from "./exchange.ts";

export interface Origin {
  readonly scheme: "http" | "https";
  readonly authority: string;
}

export interface Pool {
  /** @param head As `requestHead` makes it. Rejects with Node's errors, `CONNECT_TIMEOUT` and `IDLE_TIMEOUT`. */
  send(origin: Origin, request: HttpRequest, head: string, signal: AbortSignal | undefined): Promise<HttpResponse>;
  /** Closes what is idle, and the rest when it is done. */
  close(): void;
}

export interface PoolOptions {
  readonly caBundle: string | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** A server that closes after so long may be closing already; a request is not sent into that. */
const closingMs = 1000;

/** Kept connections of all origins. The one that was used last is used next, so that surplus ones grow old. */
export function makePool({ caBundle, connectTimeoutMs, idleTimeoutMs }: PoolOptions): Pool {
  const idle = new Map<string, Connection[]>();
  /** Shared, so that small files are written by another thread from where they arrived. */
  const buffers = reusedBuffers(sharedMemory);
  const sessions = new Map<string, Buffer>();
  const ending = endingBySignal();
  let secureContext: Promise<SecureContext> | undefined;
  let isClosed = false;

  function takeIdle(name: string): Connection | undefined {
    const connections = idle.get(name) ?? [];
    const now = performance.now();
    for (let found = connections.pop(); found !== undefined; found = connections.pop()) {
      if (found.idleUntil > now && !found.socket.destroyed) return found;
      found.socket.destroy();
    }
    return undefined;
  }

  function forget(name: string, connection: Connection): void {
    const connections = idle.get(name) ?? [];
    const at = connections.indexOf(connection);
    if (at >= 0) connections.splice(at, 1);
  }

  function keep(name: string, connection: Connection, keepAliveMs: number | undefined): void {
    if (isClosed) return void connection.socket.destroy();
    connection.idleUntil = performance.now() + (keepAliveMs === undefined ? Infinity : keepAliveMs - closingMs);
    connection.socket.unref();
    const connections = idle.get(name) ?? [];
    idle.set(name, connections);
    connections.push(connection);
  }

  async function connect(origin: Origin, name: string, signal: AbortSignal | undefined): Promise<Connection> {
    const { hostname, port } = new URL(name);
    const host = hostname.replace(/^\[|\]$/g, "");
    const isSecure = origin.scheme === "https";
    const context = isSecure ? await contextOnce() : undefined;
    signal?.throwIfAborted();
    const connection = makeConnection(
      (onread) => {
        if (context === undefined)
          return process
            .getBuiltinModule("node:net")
            .connect({ host, port: Number(port || 80), noDelay: true, onread });
        return process.getBuiltinModule("node:tls").connect({
          host,
          port: Number(port || 443),
          servername: /^[\d.]+$|:/.test(host) ? "" : host,
          secureContext: context,
          session: sessions.get(name),
          ALPNProtocols: ["http/1.1"],
          onread,
        } as ConnectionOptions);
      },
      (gone) => forget(name, gone),
    );
    if (isSecure) connection.socket.setNoDelay(true).on("session", (session: Buffer) => sessions.set(name, session));
    await standing(connection.socket, isSecure ? "secureConnect" : "connect", signal, connectTimeoutMs).catch(
      (error: unknown) => {
        sessions.delete(name);
        throw error;
      },
    );
    connection.socket.setTimeout(idleTimeoutMs);
    return connection;
  }

  async function contextOnce(): Promise<SecureContext> {
    secureContext ??= (async () => {
      const trust = caBundle === undefined ? {} : { ca: await readAuthorities(caBundle) };
      return process.getBuiltinModule("node:tls").createSecureContext(trust);
    })();
    return await secureContext;
  }

  return {
    async send(origin, request, head, signal) {
      const name = `${origin.scheme}://${origin.authority}`;
      const connection = takeIdle(name) ?? (await connect(origin, name, signal));
      connection.socket.ref();
      const abort = (): void => exchange.fail(abortReason(signal));
      const exchange = beginExchange(connection, {
        request,
        head,
        idleTimeoutMs,
        buffers,
        onOver(answer) {
          connection.exchange = undefined;
          if (signal !== undefined) ending.remove(signal, abort);
          if (answer !== undefined) keep(name, connection, answer.keepAliveMs);
        },
      });
      connection.exchange = exchange;
      if (signal !== undefined) ending.add(signal, abort);
      return await exchange.answer;
    },
    close() {
      isClosed = true;
      for (const connections of idle.values()) for (const { socket } of connections.splice(0)) socket.destroy();
    },
  };
}

/** Resolves when the connection stands, its certificate judged. */
function standing(
  socket: Socket,
  event: "connect" | "secureConnect",
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      settle();
      reject(error);
    };
    const abort = (): void => fail(abortReason(signal));
    const lost = (): void => fail(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    const timer = setTimeout(() => fail(timeoutError("CONNECT_TIMEOUT")), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("error", fail).off("close", lost);
    };
    socket.once("error", fail).once("close", lost);
    signal?.addEventListener("abort", abort);
    socket.once(event, () => {
      settle();
      resolve();
    });
  });
}
