import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, createServer as createPlainServer, type Server as PlainServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { HttpRequest } from "../../src/http.ts";
import { nodeTransport, type NodeTransportOptions } from "../../src/node/transport.ts";
import { Secret } from "../../src/secret.ts";

const tls = (file: string): string => join(import.meta.dirname, "tls", file);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function listening(server: PlainServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    if ("closeAllConnections" in server) (server as Server).closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(listener))}`;

function transport(options: NodeTransportOptions = {}) {
  const made = nodeTransport(options);
  ends.push(() => made.close());
  return made;
}

const get = (url: string, headers: HttpRequest["headers"] = {}): HttpRequest => ({ method: "GET", url, headers });

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a path is sent as it is, dots and all", async () => {
  const origin = await serve((request, response) => void response.end(request.url));
  for (const path of ["/b/../up", "/b//a", "/b/./x", "/b/%2e%2e/y", "/b?a=%20&b=c+d"])
    expect(await textOf((await transport()(get(`${origin}${path}`))).body)).toBe(path);
});

test("secret headers are revealed to the server, and metadata is UTF-8 both ways", async () => {
  const origin = await serve((request, response) => {
    const back = Buffer.from(String(request.headers["x-amz-meta-name"]), "latin1");
    response.setHeader("x-token", String(request.headers["x-auth-token"])).setHeader("x-back", back.toString("latin1"));
    response.end(back);
  });
  const { headers, body } = await transport({ userAgent: "fedbucket/1" })(
    get(`${origin}/`, { "x-auth-token": new Secret("gAAA"), "x-amz-meta-name": "Grüße 世界" }),
  );
  expect(headers).toMatchObject({ "x-token": "gAAA", "x-back": "Grüße 世界" });
  expect(await textOf(body)).toBe("Grüße 世界");
});

test("one connection serves requests that follow each other", async () => {
  const ports = new Set<number | undefined>();
  const origin = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(200, { "content-length": 1 }).end("x");
  });
  const send = transport();
  for (let n = 0; n < 3; n++) await textOf((await send(get(`${origin}/`))).body);
  expect((await send({ ...get(`${origin}/`), method: "HEAD" })).status).toBe(200);
  expect((await send({ ...get(`${origin}/`), method: "HEAD" })).status).toBe(200);
  expect(ports.size).toBe(1);
});

describe("bodies", () => {
  const echo: RequestListener = (request, response) => {
    response.setHeader("x-length", request.headers["content-length"] ?? request.headers["transfer-encoding"] ?? "none");
    request.pipe(response);
  };

  test("of known length are announced, streams are chunked", async () => {
    const origin = await serve(echo);
    const bytes = randomBytes(3_000_000).toString("hex");
    async function* open(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 1_000_000) yield Buffer.from(bytes.slice(at, at + 1_000_000));
    }
    const put: HttpRequest = { method: "PUT", url: `${origin}/`, headers: {} };
    const known = await transport()({ ...put, body: { bytes: bytes.length, open } });
    expect(known.headers["x-length"]).toBe("6000000");
    expect(await textOf(known.body)).toBe(bytes);
    const stream = await transport()({ ...put, stream: open() });
    expect(stream.headers["x-length"]).toBe("chunked");
    expect(await textOf(stream.body)).toBe(bytes);
    expect((await transport()(put)).headers["x-length"]).toBe("0");
  });

  test.each(["too long", "short"])("that are not what was announced are an error: %s", async (text) => {
    const origin = await serve((request) => void request.resume());
    const body = {
      bytes: 6,
      async *open() {
        for (const letter of text) yield Buffer.from(letter);
      },
    };
    const attempt = transport()({ method: "PUT", url: `${origin}/`, headers: {}, body });
    await expect(attempt).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  });

  test("whose source fails never look complete to the server", async () => {
    const seen = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const origin = await serve((request) => {
      begun.resolve();
      request.resume().on("end", () => seen.resolve("complete"));
      request.on("error", () => seen.resolve("broken off"));
    });
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      await begun.promise;
      throw new RangeError("the source failed");
    }
    const attempt = transport()({ method: "PUT", url: `${origin}/`, headers: {}, stream: stream() });
    await expect(attempt).rejects.toThrow("the source failed");
    expect(await seen.promise).toBe("broken off");
  });

  test("that end early are an error", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("only this");
      setImmediate(() => response.destroy());
    });
    const { body } = await transport()(get(`${origin}/`));
    await expect(textOf(body)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("an answer that comes before all was sent is read", async () => {
    const origin = await serve((_, response) => void response.writeHead(403).end("no"));
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.alloc(65_536);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const { status, body } = await transport()({ method: "PUT", url: `${origin}/`, headers: {}, stream: stream() });
    expect(status).toBe(403);
    expect(await textOf(body)).toBe("no");
  });
});

describe("limits", () => {
  test("a server that says nothing", async () => {
    const origin = await serve(() => {});
    await expect(transport({ idleTimeoutMs: 50 })(get(`${origin}/`))).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
  });

  test("a server that stops within a body", async () => {
    const origin = await serve((_, response) => void response.writeHead(200, { "content-length": 100 }).write("x"));
    const { body } = await transport({ idleTimeoutMs: 50 })(get(`${origin}/`));
    await expect(textOf(body)).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
  });

  test("a source that pauses longer is no fault of the server", async () => {
    const origin = await serve((request, response) => void request.pipe(response));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("a");
      await new Promise((resolve) => setTimeout(resolve, 200));
      yield Buffer.from("b");
    }
    const send = transport({ idleTimeoutMs: 50 });
    const { body } = await send({ method: "PUT", url: `${origin}/`, headers: {}, stream: slow() });
    expect(await textOf(body)).toBe("ab");
  });

  test("a connection that does not stand", async () => {
    const silent = await listening(createPlainServer(() => {}));
    const attempt = transport({ connectTimeoutMs: 50 })(get(`https://127.0.0.1:${silent}/`));
    await expect(attempt).rejects.toMatchObject({ code: "CONNECT_TIMEOUT" });
  });

  test("nobody listening", async () => {
    const server = createPlainServer();
    const port = await listening(server);
    server.close();
    await expect(transport()(get(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("an abort, before and while a body is read", async () => {
    const origin = await serve((_, response) => void response.writeHead(200, { "content-length": 100 }).write("x"));
    const stop = new AbortController();
    const { body } = await transport()(get(`${origin}/`), { signal: stop.signal });
    setImmediate(() => stop.abort(new RangeError("enough")));
    await expect(textOf(body)).rejects.toThrow("enough");
    await expect(transport()(get(`${origin}/`), { signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("TLS", () => {
  const secure = async (): Promise<string> => {
    const options = { key: readFileSync(tls("server.key")), cert: readFileSync(tls("server.pem")) };
    return `https://localhost:${await listening(createSecureServer(options, (_, response) => void response.end("safe")))}`;
  };

  test("an unknown authority is refused, and trusted by --ca-bundle", async () => {
    const origin = await secure();
    await expect(transport()(get(`${origin}/`))).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    const { body } = await transport({ caBundle: tls("ca.pem") })(get(`${origin}/`));
    expect(await textOf(body)).toBe("safe");
  });

  test.each([tls("nowhere.pem"), tls("README.md")])(
    "a bundle that holds no certificates is named: %s",
    async (caBundle) => {
      const attempt = transport({ caBundle })(get(`${await secure()}/`));
      await expect(attempt).rejects.toMatchObject({ code: "CA_BUNDLE_UNREADABLE" });
    },
  );

  test("goes through a proxy by a tunnel, with its name and password", async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on("connect", (request: IncomingMessage, socket, head) => {
      asked.push(request.url, request.headers["proxy-authorization"]);
      const [, port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on("error", () => upstream.destroy());
    });
    const port = await listening(proxy);
    const origin = (await secure()).replace("localhost", "localhost.localdomain");
    const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}` };
    const attempt = transport({ caBundle: tls("ca.pem"), env })(get(`${origin}/`));
    // The certificate is for another name: so TLS was spoken with the host behind the proxy, and judged.
    await expect(attempt).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(asked).toEqual([origin.slice("https://".length), `Basic ${Buffer.from("me:p@ss").toString("base64")}`]);
  });

  test("a proxy that refuses is named, with the cure", async () => {
    const proxy = createServer().on("connect", (_, socket) =>
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    );
    const env = { https_proxy: `http://127.0.0.1:${await listening(proxy)}` };
    const attempt = transport({ env })(get("https://store.example.org/"));
    await expect(attempt).rejects.toMatchObject({
      code: "PROXY_REFUSED",
      message: expect.stringContaining("name and a password"),
    });
  });
});

test("plain HTTP asks a proxy for the whole address", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = await serve((request, response) => {
    asked.push(request.url, request.headers.host);
    response.end("by proxy");
  });
  const { body } = await transport({ env: { HTTP_PROXY: proxy } })(get("http://store.example.org/b/../k?x"));
  expect(await textOf(body)).toBe("by proxy");
  expect(asked).toEqual(["http://store.example.org/b/../k?x", "store.example.org"]);
});
