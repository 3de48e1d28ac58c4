import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reusedBuffers } from "../../../src/node/buffers.ts";
import { beginExchange, type Exchange } from "../../../src/node/wire/exchange.ts";

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
  destroy(): void {
    this.destroyed = true;
  }
  cork(): void {}
  uncork(): void {}
  resume(): void {}
  setTimeout(): void {}
}

/** A PUT whose only bytes the system has after so many milliseconds. */
async function sentAfter(ms: number): Promise<{ exchange: Exchange; socket: SlowSocket }> {
  const socket = new SlowSocket();
  const body = {
    bytes: 4,
    async *open() {
      yield Buffer.from("body");
    },
  };
  const exchange = beginExchange(
    { socket: socket as unknown as Socket, exchange: undefined, idleUntil: Infinity },
    {
      request: { method: "PUT", url: "http://store.example.org/b/k", headers: {}, body },
      head: "PUT /b/k HTTP/1.1\r\ncontent-length: 4\r\n\r\n",
      idleTimeoutMs: 60_000,
      buffers: reusedBuffers(),
      onOver: () => {},
    },
  );
  exchange.answer.catch(() => {}); // told by the test that asks
  const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));
  await settled();
  vi.advanceTimersByTime(ms);
  socket.takeAll();
  await settled();
  return { exchange, socket };
}

test("what took the system ten minutes to take may be on its way for as long", async () => {
  const { exchange, socket } = await sentAfter(600_000);
  for (let minute = 1; minute < 10; minute++) {
    vi.advanceTimersByTime(60_000);
    exchange.silent();
    expect(socket.destroyed).toBe(false);
  }
  vi.advanceTimersByTime(60_000);
  exchange.silent();
  await expect(exchange.answer).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
});

test("what the system took at once is waited for no longer than the limit", async () => {
  const { exchange } = await sentAfter(10);
  vi.advanceTimersByTime(60_000);
  exchange.silent();
  await expect(exchange.answer).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
});
