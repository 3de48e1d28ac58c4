import { EventEmitter } from "node:events";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../src/http.ts";
import { exchange } from "../../../src/node/node-exchange.ts";
import { reusedBuffers } from "../../../src/node/buffers.ts";
import { beginExchange } from "../../../src/node/wire/exchange.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A connection to a system that takes bytes when the test says so. */
class SlowSocket extends EventEmitter {
  destroyed = false;
  #taken: (() => void) | undefined;
  write(_chunk: unknown, taken: unknown): void {
    if (typeof taken === "function") this.#taken = taken as () => void;
  }
  takeAll(): void {
    this.#taken?.();
  }
  end(): void {}
  destroy(error?: Error): void {
    this.destroyed = true;
    if (error !== undefined) this.emit("error", error);
  }
  cork(): void {}
  uncork(): void {}
  resume(): void {}
  setTimeout(): void {}
}

const body = {
  bytes: 4,
  async *open() {
    yield Buffer.from("body");
  },
};
const request: HttpRequest = { method: "PUT", url: "http://store.example.org/b/k", headers: {}, body };
const idleTimeoutMs = 60_000;

interface Sent {
  readonly answer: Promise<HttpResponse>;
  readonly silent: () => void;
}

const ways: Readonly<Record<string, (socket: SlowSocket) => Sent>> = {
  "on a socket of our own"(socket) {
    const begun = beginExchange(
      { socket: socket as unknown as Socket, exchange: undefined, idleUntil: Infinity },
      { request, head: "PUT /b/k HTTP/1.1\r\n\r\n", idleTimeoutMs, buffers: reusedBuffers(), onOver: () => {} },
    );
    return { answer: begun.answer, silent: () => begun.silent() };
  },
  "by node:http"(socket) {
    const how = { signal: undefined, connectTimeoutMs: 10_000, idleTimeoutMs };
    const answer = exchange(socket as unknown as ClientRequest, request, how);
    socket.emit("socket", { connecting: false });
    return { answer, silent: () => void socket.emit("timeout") };
  },
};

describe.each(Object.entries(ways))("%s", (_, send) => {
  /** A PUT whose only bytes the system has after so many milliseconds. */
  async function sentAfter(ms: number): Promise<Sent & { readonly socket: SlowSocket }> {
    const socket = new SlowSocket();
    const sent = send(socket);
    sent.answer.catch(() => {}); // told by the test that asks
    const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));
    await settled();
    vi.advanceTimersByTime(ms);
    socket.takeAll();
    await settled();
    return { ...sent, socket };
  }

  test("what took the system ten minutes to take may be on its way for as long", async () => {
    const { answer, silent, socket } = await sentAfter(600_000);
    for (let minute = 1; minute < 10; minute++) {
      vi.advanceTimersByTime(60_000);
      silent();
      expect(socket.destroyed).toBe(false);
    }
    vi.advanceTimersByTime(60_000);
    silent();
    await expect(answer).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
  });

  test("what the system took at once is waited for no longer than the limit", async () => {
    const { answer, silent } = await sentAfter(10);
    vi.advanceTimersByTime(60_000);
    silent();
    await expect(answer).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
  });
});
