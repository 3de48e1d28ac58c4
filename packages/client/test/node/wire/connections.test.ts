import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { createHttp, type HttpRequest, type RequestBody } from "../../../src/http.ts";
import { nodeTransport, type NodeTransportOptions } from "../../../src/node/transport.ts";

const tlsFile = (name: string): string => join(import.meta.dirname, "../tls", name);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What a server does on its connection of this number, from 1, when so many requests have come. */
type Script = (socket: Socket, request: string, connection: number) => void;

const okay = (body: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

/** Where the first request ends: behind its head and as many bytes as that announces. Undefined when it is not there yet. */
function endOfRequest(text: string): number | undefined {
  const end = text.indexOf("\r\n\r\n");
  const length = Number(/^content-length: (\d+)/m.exec(text.slice(0, Math.max(0, end)))?.[1] ?? 0);
  return end < 0 || text.length < end + 4 + length ? undefined : end + 4 + length;
}

describe.each([{ tls: false }, { tls: true }])("with TLS: $tls", ({ tls }) => {
  /** A server that speaks as its script says, and a transport to it. */
  async function serve(
    onRequest: Script,
    options: NodeTransportOptions & { onConnect?: (socket: Socket) => void } = {},
  ) {
    const sockets: Socket[] = [];
    const onSocket = (socket: Socket): void => {
      const number = sockets.push(socket);
      let request = "";
      options.onConnect?.(socket);
      socket.on("error", () => {});
      socket.on("data", (data: Buffer) => {
        request += data.toString("latin1");
        for (let end = endOfRequest(request); end !== undefined; end = endOfRequest(request)) {
          const complete = request.slice(0, end);
          request = request.slice(end);
          onRequest(socket, complete, number);
        }
      });
    };
    const server = tls
      ? createTlsServer(
          { key: readFileSync(tlsFile("server.key")), cert: readFileSync(tlsFile("server.pem")) },
          onSocket,
        )
      : createServer(onSocket);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const send = nodeTransport({ caBundle: tlsFile("ca.pem"), ...options });
    ends.push(() => {
      send.close();
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const { port } = server.address() as AddressInfo;
    return { send, url: tls ? `https://localhost:${port}/b/k` : `http://127.0.0.1:${port}/b/k`, sockets };
  }

  const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
    method: "GET",
    url,
    headers: {},
    ...more,
  });

  async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
    let text = "";
    for await (const chunk of body) text += Buffer.from(chunk).toString("latin1");
    return text;
  }

  test.each<[string, Partial<HttpRequest>, string]>([
    ["a length", {}, okay("body")],
    ["chunks", {}, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"],
    ["HEAD", { method: "HEAD" }, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"],
    ["204", { method: "DELETE" }, "HTTP/1.1 204 No Content\r\n\r\n"],
    ["304", {}, "HTTP/1.1 304 Not Modified\r\n\r\n"],
    ["an error", {}, "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nbody"],
    ["an informational answer first", {}, `HTTP/1.1 100 Continue\r\n\r\n${okay("body")}`],
  ])("after %s the connection serves the next request", async (_, more, answer) => {
    const { send, url, sockets } = await serve((socket) => socket.write(answer, "latin1"));
    for (let n = 0; n < 3; n++) await textOf((await send(get(url, more))).body);
    expect(sockets).toHaveLength(1);
  });

  test.each([
    ["Connection: close", okay("body", "Connection: close\r\n"), false],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nbody", false],
    ["bytes behind the answer", `${okay("body")}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`, false],
    ["no length, up to the end of the connection", "HTTP/1.1 200 OK\r\n\r\nbody", true],
  ])("after %s it does not", async (_, answer, closes) => {
    const { send, url, sockets } = await serve((socket) => {
      if (closes) socket.end(answer);
      else socket.write(answer);
    });
    for (let n = 0; n < 2; n++) expect(await textOf((await send(get(url))).body)).toBe("body");
    expect(sockets).toHaveLength(2);
  });

  test("what a server says on an idle connection answers nothing, and ends it", async () => {
    const { send, url, sockets } = await serve((socket, _, connection) => socket.write(okay(`from ${connection}`)));
    expect(await textOf((await send(get(url))).body)).toBe("from 1");
    const [first] = sockets;
    first?.write(okay("planted"));
    if (first?.destroyed === false) await once(first, "close");
    expect(await textOf((await send(get(url))).body)).toBe("from 2");
  });

  test("a connection that the server closed is not used again", async () => {
    const { send, url, sockets } = await serve((socket) => socket.write(okay("body")));
    await textOf((await send(get(url))).body);
    const [first] = sockets;
    first?.end();
    if (first?.destroyed === false) await once(first, "close");
    expect(await textOf((await send(get(url))).body)).toBe("body");
    expect(sockets).toHaveLength(2);
  });

  test("nor is one that the server is about to close", async () => {
    const { send, url, sockets } = await serve((socket) => socket.write(okay("body", "Keep-Alive: timeout=1\r\n")));
    for (let n = 0; n < 2; n++) await textOf((await send(get(url))).body);
    expect(sockets).toHaveLength(2);
  });

  test("requests at the same time have a connection each", async () => {
    const waiting: (() => void)[] = [];
    const { send, url, sockets } = await serve((socket, _, connection) => {
      waiting.push(() => socket.write(okay(String(connection))));
      if (waiting.length === 3) for (const answer of waiting.toReversed()) answer();
    });
    const texts = await Promise.all([1, 2, 3].map(async () => await textOf((await send(get(url))).body)));
    expect(texts.toSorted()).toEqual(["1", "2", "3"]);
    expect(sockets).toHaveLength(3);
  });

  test.each([
    ["before a word", ""],
    ["in the head", "HTTP/1.1 200 OK\r\ncontent-le"],
    ["behind an informational answer", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("a connection closed %s is a lost one", async (_, answer) => {
    const { send, url } = await serve((socket) => void socket.end(answer));
    await expect(send(get(url))).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test.each([
    ["a body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"],
    ["a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf"],
    ["the chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("a connection closed within %s: what came is handed on, then it is lost", async (_, answer) => {
    const { send, url } = await serve((socket) => void socket.end(answer));
    const chunks: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of (await send(get(url))).body) chunks.push(Buffer.from(chunk).toString());
    };
    await expect(read()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(chunks.join("")).toBe("half");
  });

  test("an answer that is no HTTP is refused, and its connection not used again", async () => {
    const { send, url, sockets } = await serve((socket, _, connection) => {
      socket.write(
        connection === 1 ? "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx" : okay("body"),
      );
    });
    await expect(send(get(url))).rejects.toMatchObject({ code: "HPE_UNEXPECTED_CONTENT_LENGTH" });
    expect(await textOf((await send(get(url))).body)).toBe("body");
    expect(sockets).toHaveLength(2);
  });

  test("what is malformed within a body is an error for whoever reads it", async () => {
    const { send, url } = await serve((socket) =>
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n-4\r\n"),
    );
    const { body } = await send(get(url));
    await expect(textOf(body)).rejects.toMatchObject({ code: "HPE_INVALID_CHUNK_SIZE" });
  });

  const held = (text: string): RequestBody => ({
    bytes: text.length,
    async *open() {
      yield Buffer.from(text);
    },
  });

  test("a body arrives with its length, and the same connection serves the next", async () => {
    const requests: string[] = [];
    const { send, url, sockets } = await serve((socket, request) => {
      requests.push(request);
      socket.write(okay(""));
    });
    const body = held("x".repeat(70_000));
    for (let n = 0; n < 2; n++) await send({ ...get(url), method: "PUT", body });
    await send({ ...get(url), method: "PUT", body: held("") });
    expect(requests.map((request) => request.split("\r\n\r\n")[1]?.length)).toEqual([70_000, 70_000, 0]);
    expect(requests[2]).toContain("content-length: 0");
    expect(sockets).toHaveLength(1);
  });

  test("an answer that comes before the request was sent waits for it, when it is a success", async () => {
    const { resolve: goOn, promise: mayGoOn } = Promise.withResolvers<void>();
    const requests: string[] = [];
    const { send, url, sockets } = await serve(
      (socket, request) => {
        if (requests.push(request.split("\r\n\r\n")[1] ?? "") > 1) socket.write(okay("second"));
      },
      { onConnect: (socket) => void socket.once("data", () => socket.write(okay("early"))) },
    );
    const body: RequestBody = {
      bytes: 8,
      async *open() {
        yield Buffer.from("half");
        await mayGoOn;
        yield Buffer.from("rest");
      },
    };
    const first = await send({ ...get(url), method: "PUT", body });
    expect(first.status).toBe(200);
    goOn();
    expect(await textOf(first.body)).toBe("early");
    expect(await textOf((await send({ ...get(url), method: "PUT", body: held("next") })).body)).toBe("second");
    expect(requests).toEqual(["halfrest", "next"]);
    expect(sockets).toHaveLength(1);
  });

  test("a refusal that comes before the request was sent ends the sending and the connection", async () => {
    let isLeft = false;
    const refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno";
    const { send, url, sockets } = await serve(() => {}, {
      onConnect: (socket) => void socket.once("data", () => socket.write(refusal)),
    });
    const body: RequestBody = {
      bytes: 1e12,
      async *open() {
        try {
          for (;;) {
            yield Buffer.alloc(65_536);
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          isLeft = true;
        }
      },
    };
    const { status, body: answer } = await send({ ...get(url), method: "PUT", body });
    expect(status).toBe(403);
    expect(await textOf(answer)).toBe("no");
    await expect.poll(() => isLeft).toBe(true);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  test("a reader that pauses holds the server back, and gets every byte in the end", async () => {
    const total = 24 * 1024 ** 2;
    const block = Buffer.alloc(1024 ** 2, "0123456789abcdef");
    let written = 0;
    const { send, url } = await serve((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
      const more = (): void => {
        while (written < total) {
          written += block.byteLength;
          if (!socket.write(block)) return void socket.once("drain", more);
        }
      };
      more();
    });
    for (const borrowsBody of [false, true]) {
      written = 0;
      const { body } = await send(get(url, { borrowsBody }));
      let bytes = 0;
      let isRight = true;
      let writtenMeanwhile = total;
      for await (const chunk of body) {
        // Long enough for a server that nobody holds back to send everything.
        if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 100));
        if (bytes === 0) writtenMeanwhile = written;
        for (let at = 0; at < chunk.byteLength; at += 4093)
          isRight &&= chunk[at] === block[(bytes + at) % block.byteLength];
        bytes += chunk.byteLength;
      }
      expect(writtenMeanwhile).toBeLessThan(total);
      expect({ bytes, isRight }).toEqual({ bytes: total, isRight: true });
    }
  });

  test.each(["at the end", "at the beginning"])(
    "a body's memory is used again only once what was in it has left, whether it is answered %s or",
    async (moment) => {
      const lent = Buffer.alloc(256 * 1024);
      const letters = "abcdefghijklmnopqrstuvwxyz".repeat(2);
      async function* open(): AsyncGenerator<Uint8Array> {
        for (const letter of letters) yield lent.fill(letter);
        lent.fill("!");
      }
      const received = Promise.withResolvers<string>();
      const { send, url } = await serve(
        (socket, request) => {
          if (moment === "at the end") socket.write(okay("stored"));
          received.resolve(request);
        },
        {
          onConnect(socket) {
            socket.once("data", () => {
              if (moment === "at the beginning") socket.write(okay("stored"));
              // Long enough for more to be under way than the system takes.
              socket.pause();
              setTimeout(() => socket.resume(), 100);
            });
          },
        },
      );
      const body = { bytes: lent.byteLength * letters.length, open };
      expect(await textOf((await send(get(url, { method: "PUT", body }))).body)).toBe("stored");
      const expected = Array.from(letters, (letter) => letter.repeat(lent.byteLength)).join("");
      expect((await received.promise).endsWith(`\r\n\r\n${expected}`)).toBe(true);
    },
  );

  test("a reader that leaves takes the connection with it", async () => {
    const { send, url, sockets } = await serve((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n${"x".repeat(300_000)}`),
    );
    for await (const _ of (await send(get(url))).body) break;
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  test("an abort while the answer is awaited", async () => {
    const stop = new AbortController();
    const { send, url, sockets } = await serve(() => stop.abort(new RangeError("enough")));
    await expect(send(get(url), { signal: stop.signal })).rejects.toThrow("enough");
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  test("a lost connection is made anew for what may be sent twice, and for nothing else", async () => {
    const requests: string[] = [];
    const { send, url } = await serve((socket, request, connection) => {
      requests.push(`${connection} ${request.split(" ", 1)[0]} ${request.split("\r\n\r\n")[1]}`);
      if (connection % 2 === 1) socket.destroy();
      else socket.write(okay("", "Connection: close\r\n"));
    });
    const http = createHttp({
      transport: send,
      now: () => new Date(),
      mayReceiveBearer: () => false,
      retry: { retries: 3, baseMs: 1, maxMs: 1, random: () => 0, sleep: async () => {} },
    });
    await http.send(get(url));
    await http.send({ ...get(url), method: "PUT", body: held("bytes") });
    const once = http.send({ ...get(url), method: "PUT", body: held("bytes"), idempotent: false });
    await expect(once).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(requests).toEqual(["1 GET ", "2 GET ", "3 PUT bytes", "4 PUT bytes", "5 PUT bytes"]);
  });

  test.each([
    ["a value", { "x-amz-meta-a": "a\r\nx-evil: 1" }],
    ["a name", { "x-amz-meta-a\r\nx-evil": "1" }],
  ])("%s cannot smuggle a header", async (_, headers) => {
    const requests: string[] = [];
    const { send, url } = await serve((socket, request) => {
      requests.push(request);
      socket.write(okay(""));
    });
    await expect(send(get(url, { headers }))).rejects.toThrow(/valid/);
    expect(requests).toEqual([]);
  });
});
