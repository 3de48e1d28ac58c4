import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Listener, listen } from "../../src/http/server.ts";
import type { Service } from "../../src/http/service.ts";

const open: Listener[] = [];
const errors: unknown[] = [];

afterEach(async () => {
  errors.length = 0;
  await Promise.all(open.splice(0).map((listener) => listener.close(0)));
});

async function start(service: Service): Promise<Listener> {
  const listener = await listen({ service, onError: (error) => errors.push(error) });
  open.push(listener);
  return listener;
}

async function* chunks(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield Buffer.alloc(bytes, at);
}

async function answerOf(asking: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  return response;
}

test("method, path, query and headers reach the service as they were sent", async () => {
  const { origin } = await start(async ({ method, path, rawQuery, query, headers, origin }) => ({
    status: 200,
    headers: {},
    body: JSON.stringify([method, path, rawQuery, query.get("b"), headers["x-a"], origin]),
  }));
  const response = await fetch(`${origin}/a%20b/../c?a=%2F&b=1+2`, { headers: { "X-A": "v" } });
  expect(await response.json()).toEqual(["GET", "/c", "a=%2F&b=1+2", "1 2", "v", origin]);
});

test("an answer carries a date, a length and each of several cookies", async () => {
  const { origin } = await start(async () => ({ status: 201, headers: { "Set-Cookie": "a=1\nb=2" }, body: "hé" }));
  const response = await fetch(origin);
  expect(response.headers.get("content-length")).toBe("3");
  expect(Date.parse(response.headers.get("date") ?? "")).not.toBeNaN();
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("HEAD gets the length and no body", async () => {
  const { origin } = await start(async () => ({
    status: 200,
    headers: { "Content-Length": "5000" },
    body: chunks(1, 5000),
  }));
  const response = await fetch(origin, { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe("5000");
  expect(await response.text()).toBe("");
});

test("chunks are freed once sent, and all arrive whole", async () => {
  const [count, bytes] = [64, 512 * 1024];
  const sent: Uint8Array[] = [];
  const body = (async function* () {
    for await (const chunk of chunks(count, bytes)) {
      sent.push(chunk);
      yield chunk;
    }
  })();
  const { origin } = await start(async () => ({ status: 200, headers: {}, body }));
  const parts: Buffer[] = [];
  for await (const part of await answerOf(request(origin).end())) parts.push(part as Buffer);
  const expected = Buffer.concat(Array.from({ length: count }, (_, at) => Buffer.alloc(bytes, at)));
  expect(Buffer.concat(parts).equals(expected)).toBe(true);
  expect(sent.map((chunk) => chunk.byteLength)).toEqual(sent.map(() => 0));
});

test("204 has neither body nor length", async () => {
  const { origin } = await start(async () => ({ status: 204, headers: {} }));
  expect((await fetch(origin)).headers.has("content-length")).toBe(false);
});

test("a large body arrives whole", async () => {
  const { origin } = await start(async () => ({ status: 200, headers: {}, body: chunks(64, 1 << 20) }));
  expect((await (await fetch(origin)).arrayBuffer()).byteLength).toBe(64 << 20);
});

test("a slow reader holds the body back", async () => {
  let produced = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      produced++;
      yield Buffer.alloc(1 << 20);
    }
  }
  const { port } = await start(async () => ({ status: 200, headers: {}, body: endless() }));
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "readable");
  // Nothing is read from here on: production must come to rest, at what the buffers on the way hold.
  let seen = -1;
  while (seen !== produced) {
    seen = produced;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(produced).toBeLessThan(64);
  socket.destroy();
});

test("an upload is streamed to the service", async () => {
  const { origin } = await start(async ({ body }) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    return { status: 200, headers: {}, body: String(bytes) };
  });
  const response = await fetch(origin, { method: "PUT", body: Buffer.alloc(10_000_000) });
  expect(await response.text()).toBe("10000000");
});

test("a client that goes away is an error in the body, not its end", async () => {
  const failed = Promise.withResolvers<unknown>();
  const { port } = await start(async ({ body }) => {
    try {
      for await (const _ of body);
      failed.resolve("ended cleanly");
    } catch (error) {
      failed.resolve(error);
    }
    return { status: 200, headers: {} };
  });
  const socket = connect(port, "127.0.0.1");
  socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
  setTimeout(() => socket.destroy(), 50);
  expect(await failed.promise).toBeInstanceOf(Error);
  expect(errors).toEqual([]);
});

test("100 Continue is sent when the body is asked for", async () => {
  const { port } = await start(async ({ body }) => {
    for await (const _ of body);
    return { status: 200, headers: {}, body: "taken" };
  });
  const asking = request({ port, method: "PUT", headers: { Expect: "100-continue", "Content-Length": 3 } });
  asking.flushHeaders();
  await once(asking, "continue");
  asking.end("abc");
  expect((await answerOf(asking)).statusCode).toBe(200);
});

test("a refusal comes without 100 Continue and ends the connection", async () => {
  const { port } = await start(async () => ({ status: 403, headers: {}, body: "no" }));
  const asking = request({ port, method: "PUT", headers: { Expect: "100-continue", "Content-Length": 3 } });
  let continued = false;
  asking.on("continue", () => (continued = true)).on("error", () => {});
  asking.flushHeaders();
  const response = await answerOf(asking);
  expect(response.statusCode).toBe(403);
  expect(response.headers.connection).toBe("close");
  expect(continued).toBe(false);
  asking.destroy();
});

test("a refusal of an unread body leaves the connection usable", async () => {
  let connections = 0;
  const { port } = await start(async ({ path }) => ({ status: path === "/no" ? 403 : 200, headers: {}, body: path }));
  const socket = connect(port, "127.0.0.1", () => connections++);
  socket.write(`PUT /no HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n${"a".repeat(200_000)}`);
  socket.write("GET /yes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toContain("403 Forbidden");
  expect(text).toContain("/yes");
  expect(connections).toBe(1);
});

test.each([
  ["chunked", {}],
  ["of a known length", { "Content-Length": "3000" }],
])("a body %s that fails never looks complete", async (_name, headers) => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(1000);
    throw new Error("disk gone");
  }
  const { origin } = await start(async () => ({ status: 200, headers, body: failing() }));
  await expect(fetch(origin).then((response) => response.arrayBuffer())).rejects.toThrow(TypeError);
  expect(errors).toEqual([new Error("disk gone")]);
});

test("a body shorter than announced never looks complete", async () => {
  const { origin } = await start(async () => ({ status: 200, headers: { "Content-Length": "9" }, body: chunks(1, 3) }));
  await expect(fetch(origin).then((response) => response.arrayBuffer())).rejects.toThrow(TypeError);
});

test("what a service throws is a bare 500, and reported", async () => {
  const { origin } = await start(async () => {
    throw new Error("secret detail");
  });
  const response = await fetch(origin);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
  expect(errors).toHaveLength(1);
});

test("closing lets a running request end and drops idle connections", async () => {
  const going = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const listener = await listen({
    service: async () => {
      going.resolve();
      await finish.promise;
      return { status: 200, headers: {}, body: "done" };
    },
    onError: () => {},
  });
  const answer = fetch(listener.origin).then((response) => response.text());
  await going.promise;
  const closed = listener.close(60_000);
  finish.resolve();
  expect(await answer).toBe("done");
  await closed;
});

test("a port in use is an error that names it", async () => {
  const { port } = await start(async () => ({ status: 200, headers: {} }));
  const again = listen({ port, service: async () => ({ status: 200, headers: {} }), onError: () => {} });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE", port });
});
