import type { Socket } from "node:net";
import type { HttpRequest, HttpResponse } from "../../http.ts";
import type { Buffers } from "../buffers.ts";
import { timeoutError } from "../time-limits.ts";
import { isUnderWay, newSending, type Outgoing, writeBody } from "../write-body.ts";
import { answerReader } from "./answer-reader.ts";
import { type Connection, lost } from "./connection.ts";
import type { Head } from "./head.ts";
import { type Inbox, makeInbox } from "./inbox.ts";

/** A request and its answer on a connection. */
export interface Exchange {
  readonly answer: Promise<HttpResponse>;
  /** Bytes that arrived, in memory that is used again. False: no more for now. */
  receive(bytes: Buffer): boolean;
  /** The server sends no more. */
  ended(): void;
  fail(error: Error): void;
  /** Nothing went in either direction for the idle time. */
  silent(): void;
}

export interface ExchangeOptions {
  readonly request: HttpRequest;
  /** As it is written, in Latin-1. */
  readonly head: string;
  readonly idleTimeoutMs: number;
  readonly buffers: Buffers;
  /** Told once, when nothing of it is left: with the answer where the connection serves the next request. */
  readonly onOver: (answer: Head | undefined) => void;
}

/** Sends a request on a connection that serves nobody else. */
export function beginExchange(connection: Connection, options: ExchangeOptions): Exchange {
  const { request, idleTimeoutMs, onOver } = options;
  const { socket } = connection;
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const sending = newSending();
  let head: Head | undefined;
  let inbox: Inbox | undefined;
  /** What the server sent is complete; what we send may not be. */
  let isAnswered: "" | "alone" | "with surplus" = "";
  let isOver = false;
  let isPaused = false;
  let hasEnded = false;

  function goOn(): void {
    if (isPaused) socket.resume();
    isPaused = false;
  }

  const outgoing = outgoingOn(socket, options.head, {
    isRefused: () => (head?.status ?? 0) >= 300,
    onLeft: settle,
  });

  function over(error: Error | undefined, free: Head | undefined): void {
    if (isOver) return;
    isOver = true;
    if (free === undefined) socket.destroy();
    else goOn(); // TLS hands on what it had decrypted already, perhaps the end
    onOver(free);
    outgoing.wake();
    if (error === undefined) {
      if (inbox === undefined && head !== undefined) resolve({ ...told(head), body: nothing() });
      inbox?.end();
    } else {
      reject(error);
      inbox?.end(error);
    }
  }

  /** The end of a body is told once its connection serves the next request. */
  function settle(): void {
    if (isAnswered === "" || head === undefined) return;
    if (outgoing.hasLeft) over(undefined, head.persists && !hasEnded && isAnswered === "alone" ? head : undefined);
    else if (head.status >= 300 && !sending.done) over(undefined, undefined);
  }

  const fail = (error: Error): void => over(error, undefined);

  const reader = answerReader(request.method === "HEAD", {
    onHead(found) {
      head = found;
      if (found.status >= 300) outgoing.wake();
    },
    onBody(data, expected) {
      if (inbox === undefined) {
        inbox = makeInbox(request.borrowsBody === true ? options.buffers : undefined, {
          onRoom: goOn,
          onLeave: () => over(undefined, undefined),
        });
        if (head !== undefined) resolve({ ...told(head), body: inbox });
      }
      inbox.push(data, expected);
    },
    onComplete(surplus) {
      isAnswered = surplus === 0 ? "alone" : "with surplus";
      settle();
    },
  });

  writeBody(outgoing, request, sending).catch(fail);

  return {
    answer: promise,
    receive(bytes) {
      try {
        reader.take(bytes);
      } catch (error) {
        fail(error as Error);
      }
      isPaused ||= isAnswered === "" && inbox?.isFull === true;
      return !isPaused;
    },
    ended() {
      hasEnded = true;
      if (!reader.end()) fail(lost());
    },
    fail,
    silent() {
      // Not the server's silence when we hold unread bytes, or when our own source has none to send.
      if (sending.waitsForSource || isUnderWay(sending) || inbox?.isFull === true) socket.setTimeout(idleTimeoutMs);
      else fail(timeoutError("IDLE_TIMEOUT"));
    },
  };
}

const told = ({ status, headers }: Head): Omit<HttpResponse, "body"> => ({ status, headers });

async function* nothing(): AsyncGenerator<Uint8Array> {}

interface Leaving extends Outgoing {
  /** Whether the last byte was handed to the system. */
  readonly hasLeft: boolean;
  /** Whoever waits for a write looks anew. */
  wake(): void;
}

/** The head leaves together with the first bytes of the body. */
function outgoingOn(
  socket: Socket,
  head: string,
  { isRefused, onLeft }: { readonly isRefused: () => boolean; readonly onLeft: () => void },
): Leaving {
  let isBegun = false;
  let hasLeft = false;
  let waiting: (() => void) | undefined;

  function left(): void {
    hasLeft = true;
    onLeft();
  }

  return {
    get destroyed() {
      return socket.destroyed;
    },
    get isRefused() {
      return isRefused();
    },
    get hasLeft() {
      return hasLeft;
    },
    write(chunk) {
      return new Promise((resolve) => {
        waiting = resolve;
        socket.cork();
        if (!isBegun) socket.write(head, "latin1");
        isBegun = true;
        socket.write(chunk, () => resolve());
        socket.uncork();
      });
    },
    end() {
      if (isBegun) return left();
      socket.write(head, "latin1", (error) => {
        if (error === undefined || error === null) left(); // else told by the socket
      });
    },
    wake() {
      waiting?.();
    },
  };
}
