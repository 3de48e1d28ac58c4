import { expect, test } from "vitest";
import { createHttp, type HttpOptions, type HttpRequest, type HttpResponse } from "../src/http.ts";
import { Secret } from "../src/secret.ts";
import type { TraceEntry } from "../src/trace.ts";

const now = new Date("2026-11-23T18:00:00Z");
const get: HttpRequest = { method: "GET", url: "https://store.example.org/bucket", headers: {} };

type Step = number | { status: number; headers: Record<string, string> } | { code: string };

/** An Http whose servers do these things, one after the other, with what was waited for and sent. */
function scripted(steps: readonly Step[], options: Partial<HttpOptions> = {}) {
  const left = [...steps];
  const waits: number[] = [];
  const sent: HttpRequest[] = [];
  const http = createHttp({
    now: () => now,
    mayReceiveBearer: (origin) => origin === "https://known.example.org",
    retry: { retries: 3, baseMs: 400, maxMs: 5000, random: () => 1, sleep: async (ms) => void waits.push(ms) },
    transport: async (request) => {
      sent.push(request);
      const step = left.shift() ?? 200;
      if (typeof step === "object" && "code" in step) throw Object.assign(new Error(step.code), { code: step.code });
      return typeof step === "number" ? answer(step) : answer(step.status, step.headers);
    },
    ...options,
  });
  return { http, waits, sent };
}

function answer(status: number, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: (async function* () {})() };
}

test("an access token goes only to hosts that may receive it, and no request is made to others", async () => {
  const { http, sent } = scripted([]);
  const headers = { authorization: new Secret("Bearer eyJ.planted") };
  await http.send({ ...get, url: "https://known.example.org/v3", headers });
  const attempt = http.send({ ...get, url: "https://known.example.org.evil.example/v3", headers });
  await expect(attempt).rejects.toMatchObject({ code: "UNTRUSTED_HOST", kind: "denied" });
  await expect(http.send({ ...get, url: "https://known.example.org:8443/v3", headers })).rejects.toThrow(
    "known.example.org:8443",
  );
  await expect(http.send({ ...get, url: "http://known.example.org/v3", headers })).rejects.toThrow("not a known site");
  expect(sent).toHaveLength(1);
  await expect(attempt).rejects.not.toThrow("planted");
});

test("a signature may go anywhere: it is no token", async () => {
  const { http } = scripted([200]);
  expect((await http.send({ ...get, headers: { authorization: "AWS4-HMAC-SHA256 …" } })).status).toBe(200);
});

test("redirects are returned, not followed", async () => {
  const { http, sent } = scripted([{ status: 302, headers: { location: "https://evil.example" } }]);
  expect((await http.send(get)).status).toBe(302);
  expect(sent).toHaveLength(1);
});

test.each([500, 502, 503, 504, 429])("a GET that gets %d is tried again, with growing pauses", async (status) => {
  const { http, waits } = scripted([status, status, status, 200]);
  expect((await http.send(get)).status).toBe(200);
  expect(waits).toEqual([400, 800, 1600]);
});

test("after the last retry the server's answer is returned", async () => {
  const { http, sent } = scripted([503, 503, 503, 503, 503]);
  expect((await http.send(get)).status).toBe(503);
  expect(sent).toHaveLength(4);
});

test("a POST is not repeated, unless it says that it may be", async () => {
  const post: HttpRequest = { ...get, method: "POST" };
  expect((await scripted([503, 200]).http.send(post)).status).toBe(503);
  expect((await scripted([503, 200]).http.send({ ...post, idempotent: true })).status).toBe(200);
  expect((await scripted([429, 200]).http.send(post)).status).toBe(200);
  await expect(scripted([{ code: "ECONNRESET" }, 200]).http.send(post)).rejects.toMatchObject({
    code: "CONNECTION_LOST",
  });
});

test("a stream is never sent twice", async () => {
  const stream = (async function* () {
    yield Buffer.from("once");
  })();
  expect((await scripted([503, 200]).http.send({ ...get, method: "PUT", stream })).status).toBe(503);
});

test("Retry-After is obeyed, in seconds and as a date, up to 20 s", async () => {
  const after = (value: string) => ({ status: 503, headers: { "retry-after": value } });
  const { http, waits } = scripted([after("2"), after("Mon, 23 Nov 2026 18:00:05 GMT"), 200]);
  expect((await http.send(get)).status).toBe(200);
  expect(waits).toEqual([2000, 5000]);
  expect((await scripted([after("3600"), 200]).http.send(get)).status).toBe(503);
});

test.each([
  ["ECONNRESET", 2],
  ["EAI_AGAIN", 2],
  ["ECONNREFUSED", 1],
  ["ENOTFOUND", 1],
  ["CONNECT_TIMEOUT", 1],
])("%s: a GET is sent %d times", async (code, times) => {
  const { http, sent } = scripted([{ code }, 200]);
  await http.send(get).catch(() => {});
  expect(sent).toHaveLength(times);
});

test.each([
  ["ENOTFOUND", "HOST_NOT_FOUND", "later"],
  ["ECONNREFUSED", "CONNECTION_REFUSED", "later"],
  ["CONNECT_TIMEOUT", "TIMEOUT", "later"],
  ["IDLE_TIMEOUT", "TIMEOUT", "later"],
  ["ENETUNREACH", "NETWORK_UNREACHABLE", "later"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "TLS_UNKNOWN_CA", "failed"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "TLS_UNKNOWN_CA", "failed"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "TLS_UNKNOWN_CA", "failed"],
  ["CERT_HAS_EXPIRED", "TLS_FAILED", "failed"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS_FAILED", "failed"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS_FAILED", "failed"],
  ["HPE_INVALID_CONSTANT", "NOT_HTTP", "failed"],
])("%s is told as %s with the host and a cure", async (name, code, kind) => {
  const error = await scripted(Array.from({ length: 4 }, () => ({ code: name })))
    .http.send(get)
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code, kind, message: expect.stringContaining("store.example.org") });
  expect((error as { cure: string[] }).cure.length).toBeGreaterThan(0);
});

test("a connection lost within a body is a failure, not an end", async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  const { http } = scripted([], { transport: async () => ({ status: 200, headers: {}, body: body() }) });
  const read = async (): Promise<void> => {
    for await (const _ of (await http.send(get)).body);
  };
  await expect(read()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
});

test("an abort ends the waiting with its own reason", async () => {
  const stop = new AbortController();
  const { http } = scripted([503], {
    transport: async () => {
      stop.abort(new RangeError("enough"));
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    },
  });
  await expect(http.send(get, { signal: stop.signal })).rejects.toThrow("enough");
});

test("the server's clock is learned from Date, beyond rounding", async () => {
  const dated = (date: string) => ({ status: 200, headers: { date } });
  const { http } = scripted([dated("Mon, 23 Nov 2026 17:40:00 GMT"), dated("Mon, 23 Nov 2026 18:00:01 GMT"), 200]);
  expect(http.now()).toEqual(now);
  await http.send(get);
  expect(http.now()).toEqual(new Date("2026-11-23T17:40:00Z"));
  await http.send(get);
  expect(http.now()).toEqual(now);
});

test("the trace tells every attempt, and no secret", async () => {
  const entries: TraceEntry[] = [];
  const url =
    "https://user:planted@store.example.org/b/k?X-Amz-Signature=planted&X-Amz-Security-Token=planted&prefix=a%20b" +
    "&continuation-token=page2&temp_url_sig=planted&access_token=planted&code=planted&device_code=planted";
  const { http } = scripted([{ code: "ECONNRESET" }, { status: 200, headers: { "x-amz-request-id": "tx1" } }], {
    trace: (entry) => entries.push(entry),
  });
  await http.send({ ...get, url });
  expect(entries).toMatchObject([{ error: "ECONNRESET" }, { method: "GET", status: 200, requestId: "tx1" }]);
  expect(entries[0]?.url).toContain("prefix=a%20b&continuation-token=page2&temp_url_sig=[secret]");
  expect(JSON.stringify(entries)).not.toContain("planted");
});
