import type { Socket } from "node:net";
import type { Exchange } from "./exchange.ts";

/** One connection: serves one request at a time. */
export interface Connection {
  readonly socket: Socket;
  /** Told what arrives. Undefined while nobody waits for an answer: whatever arrives then ends the connection. */
  exchange: Exchange | undefined;
  /** In milliseconds of `performance.now()`: the server may close it from then on. */
  idleUntil: number;
}

/** Larger than what most systems deliver at once. */
const readBytes = 128 * 1024;

/**
 * One for all connections, which stays in the processor's cache: what is read is copied or understood before the next
 * read. On Windows reads are under way side by side, each in memory of its own.
 */
const common = process.platform === "win32" ? undefined : Buffer.allocUnsafeSlow(readBytes);

/**
 * Reads into memory that is used again for each read, without Node's streams.
 *
 * @param open Makes the socket with these options.
 * @param onGone Told once, when it serves no more requests.
 */
export function makeConnection(
  open: (onread: { buffer: Uint8Array; callback: (bytes: number, buffer: Uint8Array) => boolean }) => Socket,
  onGone: (connection: Connection) => void,
): Connection {
  const buffer = common ?? Buffer.allocUnsafeSlow(readBytes);
  const socket = open({
    buffer,
    callback(bytes) {
      if (connection.exchange !== undefined) return connection.exchange.receive(buffer.subarray(0, bytes));
      socket.destroy(); // nobody asked for anything
      return false;
    },
  });
  const connection: Connection = { socket, exchange: undefined, idleUntil: Infinity };
  let failure: Error | undefined;
  socket.on("error", (error) => (failure = error));
  socket.on("end", () => {
    onGone(connection);
    connection.exchange?.ended();
  });
  socket.on("close", () => {
    onGone(connection);
    connection.exchange?.fail(failure ?? lost());
  });
  socket.on("timeout", () => {
    if (connection.exchange === undefined) socket.destroy();
    else connection.exchange.silent();
  });
  return connection;
}

export function lost(): Error {
  return Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" });
}
