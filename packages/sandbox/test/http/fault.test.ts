import { afterEach, expect, test } from "vitest";
import { type FaultEvent, type FaultFunction, withFaults } from "../../src/http/fault.ts";
import { type Listener, listen } from "../../src/http/server.ts";
import type { Service } from "../../src/http/service.ts";

const open: Listener[] = [];
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close(0))));

/** Echoes what is uploaded, in a body of known length. */
const echo: Service = async ({ body }) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { status: 200, headers: { "X-From": "service" }, body: Buffer.concat(chunks) };
};

async function start(fault: FaultFunction, service = echo): Promise<string> {
  const listener = await listen({ service: withFaults(service, "objects", fault), onError: () => {} });
  open.push(listener);
  return listener.origin;
}

const put = (origin: string): Promise<Response> => fetch(origin, { method: "PUT", body: "0123456789" });

test("is asked before the service and when it has answered", async () => {
  const events: FaultEvent[] = [];
  await put(await start((event) => void events.push(event)));
  expect(events.map(({ moment, listener, request }) => [moment, listener, request.method])).toEqual([
    ["request", "objects", "PUT"],
    ["response", "objects", "PUT"],
  ]);
});

test("undefined changes nothing", async () => {
  expect(await (await put(await start(() => undefined))).text()).toBe("0123456789");
});

test("an answer at the request keeps the service from seeing it", async () => {
  let seen = 0;
  const service: Service = async (request) => {
    seen++;
    return echo(request);
  };
  const slowDown = { status: 503, headers: { "Retry-After": "1" }, body: "SlowDown" };
  const origin = await start(({ moment }) => (moment === "request" ? { answer: slowDown } : undefined), service);
  const response = await put(origin);
  expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([503, "1", "SlowDown"]);
  expect(seen).toBe(0);
});

test("an answer at the response can be the service's own, changed", async () => {
  const fault: FaultFunction = (event) =>
    event.moment === "response"
      ? { answer: { ...event.response, headers: { ...event.response.headers, Date: new Date(0).toUTCString() } } }
      : undefined;
  const response = await put(await start(fault));
  expect(response.headers.get("date")).toBe("Thu, 01 Jan 1970 00:00:00 GMT");
  expect(response.headers.get("x-from")).toBe("service");
});

test("a delay comes before the rest", async () => {
  const order: string[] = [];
  const service: Service = async (request) => {
    order.push("service");
    return echo(request);
  };
  const origin = await start(({ moment }) => {
    order.push(moment);
    return moment === "request" ? { delayMs: 5 } : undefined;
  }, service);
  expect((await put(origin)).status).toBe(200);
  expect(order).toEqual(["request", "service", "response"]);
});

test.each(["request", "response"])("a reset at the %s leaves no answer", async (when) => {
  let done = 0;
  const service: Service = async (request) => {
    done++;
    return echo(request);
  };
  const origin = await start(({ moment }) => (moment === when ? { reset: true } : undefined), service);
  await expect(put(origin)).rejects.toThrow(TypeError);
  expect(done).toBe(when === "request" ? 0 : 1);
});

test("an upload can be reset in its middle", async () => {
  const origin = await start(({ moment }) => (moment === "request" ? { resetAfterUploadBytes: 4 } : undefined));
  await expect(put(origin)).rejects.toThrow(TypeError);
});

test.each([
  ["one piece", echo],
  [
    "a stream",
    async () => ({
      status: 200,
      headers: { "Content-Length": "10" },
      body: (async function* () {
        yield Buffer.from("01234");
        yield Buffer.from("56789");
      })(),
    }),
  ],
] satisfies [string, Service][])("a body in %s can be cut, its full length announced", async (_name, service) => {
  const origin = await start(({ moment }) => (moment === "response" ? { cutAfterBytes: 7 } : undefined), service);
  const response = await put(origin);
  expect(response.headers.get("content-length")).toBe("10");
  await expect(response.text()).rejects.toThrow(TypeError);
});
