import { describe, expect, test } from "vitest";
import { answerReader } from "../../../src/node/wire/answer-reader.ts";
import type { Head } from "../../../src/node/wire/head.ts";

interface Read {
  head?: Head;
  body: string;
  surplus?: number;
}

function read(pieces: readonly Buffer[], isBodiless = false): Read & { isEnded: boolean } {
  const found: Read = { body: "" };
  const reader = answerReader(isBodiless, {
    onHead: (head) => (found.head = head),
    onBody: (data) => (found.body += data.toString("latin1")),
    onComplete: (surplus) => (found.surplus = surplus),
  });
  for (const piece of pieces) reader.take(piece);
  return { ...found, isEnded: reader.end() };
}

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const whole = (text: string, isBodiless?: boolean) => read([bytes(text)], isBodiless);
const codeOf = (text: string): unknown => {
  try {
    whole(text);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

const ok = "HTTP/1.1 200 OK\r\n";

const answers: readonly (readonly [name: string, text: string, body: string])[] = [
  ["a length", `${ok}Content-Length: 5\r\n\r\nhello`, "hello"],
  ["no bytes", `${ok}content-length: 0\r\n\r\n`, ""],
  ["chunks", `${ok}Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6 ;x="y"\r\n world\r\n0\r\n\r\n`, "hello world"],
  [
    "chunks with trailers",
    `${ok}transfer-encoding: chunked\r\n\r\n0A\r\n0123456789\r\n000\r\nX-Sum: 1\r\n\r\n`,
    "0123456789",
  ],
  ["line ends in a chunk", `${ok}transfer-encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`, "\r\n\r\n"],
  [
    "informational answers first",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n${ok}content-length: 1\r\n\r\nx`,
    "x",
  ],
  ["204", "HTTP/1.1 204 No Content\r\n\r\n", ""],
  ["304 with a length", "HTTP/1.1 304 \r\ncontent-length: 99\r\n\r\n", ""],
  ["no reason", "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok", "ok"],
];

test.each(answers)("%s: read alike however the bytes arrive", (_, text, body) => {
  const all = bytes(text);
  const byteByByte = Array.from(all, (byte) => Buffer.from([byte]));
  const cuts = Array.from(all, (_, at) =>
    [all.subarray(0, at), all.subarray(at)].filter(({ byteLength }) => byteLength > 0),
  );
  for (const pieces of [byteByByte, ...cuts]) expect(read(pieces)).toMatchObject({ body, surplus: 0, isEnded: true });
});

test("an answer to HEAD has no body, whatever its length", () => {
  expect(whole(`${ok}content-length: 99\r\n\r\n`, true)).toMatchObject({ surplus: 0, body: "" });
});

test("what comes behind an answer is counted, and is no part of it", () => {
  expect(whole(`${ok}content-length: 2\r\n\r\nokHTTP/1.1 200`)).toMatchObject({ body: "ok", surplus: 12 });
  expect(whole(`${ok}transfer-encoding: chunked\r\n\r\n0\r\n\r\nx`)).toMatchObject({ body: "", surplus: 1 });
  expect(whole("HTTP/1.1 204 \r\n\r\nx")).toMatchObject({ surplus: 1 });
});

test("a body without a length ends with the connection", () => {
  expect(whole(`${ok}\r\nall of it`)).toMatchObject({ body: "all of it", isEnded: true });
});

test.each([
  ["in the head", `${ok}content-le`],
  ["before a body", `${ok}content-length: 1\r\n\r\n`],
  ["in a body", `${ok}content-length: 5\r\n\r\nhell`],
  ["in a chunk", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhell`],
  ["before the last chunk", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`],
  ["in the trailers", `${ok}transfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n`],
  ["after an informational answer", "HTTP/1.1 100 Continue\r\n\r\n"],
])("an end %s is too early", (_, text) => {
  expect(whole(text).isEnded).toBe(false);
});

test("names are lower case, repeated headers joined or, where one may stand, the first; values are UTF-8", () => {
  const text = `${ok}ETag: "a"\r\nEtag: "b"\r\nX-A: 1\r\nx-a:\t2 \r\nx-name: ${Buffer.from("Grüße").toString("latin1")}\r\ncontent-length: 0\r\n\r\n`;
  expect(whole(text).head?.headers).toMatchObject({ etag: '"a"', "x-a": "1, 2", "x-name": "Grüße" });
});

test.each([
  ["HTTP/1.1 200 \r\n", true],
  ["HTTP/1.1 200 \r\nConnection: Close\r\n", false],
  ["HTTP/1.0 200 \r\n", false],
  ["HTTP/1.0 200 \r\nConnection: Keep-Alive\r\n", true],
])("%j: the connection persists: %s", (head, persists) => {
  expect(whole(`${head}content-length: 0\r\n\r\n`).head?.persists).toBe(persists);
});

describe("what two readers could understand differently is refused", () => {
  test.each([
    ["a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "HPE_UNEXPECTED_CONTENT_LENGTH"],
    ["chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "HPE_UNEXPECTED_CONTENT_LENGTH"],
    ["two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", "HPE_UNEXPECTED_CONTENT_LENGTH"],
    ["the same length twice", "Content-Length: 5\r\nContent-Length: 5\r\n", "HPE_UNEXPECTED_CONTENT_LENGTH"],
    ["lengths in a list", "Content-Length: 5, 5\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["a negative length", "Content-Length: -1\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["a length with a sign", "Content-Length: +5\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["a length in hex", "Content-Length: 0x5\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["no length at all", "Content-Length:\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["a length beyond all numbers", "Content-Length: 18446744073709551616\r\n", "HPE_INVALID_CONTENT_LENGTH"],
    ["another encoding", "Transfer-Encoding: gzip, chunked\r\n", "HPE_INVALID_TRANSFER_ENCODING"],
    ["two encodings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "HPE_INVALID_TRANSFER_ENCODING"],
    ["an encoding that hides", "Transfer-Encoding: xchunked\r\n", "HPE_INVALID_TRANSFER_ENCODING"],
    ["a space before a colon", "Content-Length : 5\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a folded line", "X: a\r\n b\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a line without a colon", "nonsense\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a name of nothing", ": x\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a bare LF", "X: a\nContent-Length: 5\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a bare CR", "X: a\rContent-Length: 5\r\n", "HPE_INVALID_HEADER_TOKEN"],
    ["a NUL", "X: a\0b\r\n", "HPE_INVALID_HEADER_TOKEN"],
  ])("%s", (_, lines, code) => {
    expect(codeOf(`${ok}${lines}\r\nhello`)).toBe(code);
  });

  test.each([
    ["another protocol", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["HTTP/0.9", "hello\r\n\r\n"],
    ["no status", "HTTP/1.1 OK\r\n\r\n"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
    ["a line before it", "\r\nHTTP/1.1 200 OK\r\n\r\n"],
    ["a switch to another protocol", "HTTP/1.1 101 Switching\r\n\r\n"],
    ["endless informational answers", "HTTP/1.1 100 \r\n\r\n".repeat(20)],
  ])("%s", (_, text) => {
    expect(codeOf(text)).toBe("HPE_INVALID_CONSTANT");
  });

  test.each([
    ["a chunk of negative size", "-1\r\n", "HPE_INVALID_CHUNK_SIZE"],
    ["a chunk with 0x", "0x5\r\nhello\r\n", "HPE_INVALID_CHUNK_SIZE"],
    ["a chunk of no size", "\r\nhello\r\n", "HPE_INVALID_CHUNK_SIZE"],
    ["a chunk beyond all numbers", "FFFFFFFFFFFFFFFFF\r\n", "HPE_INVALID_CHUNK_SIZE"],
    ["a space before a size", " 5\r\nhello\r\n", "HPE_INVALID_CHUNK_SIZE"],
    ["a chunk that is longer than it says", "4\r\nhello\r\n", "HPE_STRICT"],
    ["a bare LF behind a size", "5\nhello\r\n", "HPE_CR_EXPECTED"],
    ["a bare LF behind a chunk", "5\r\nhello\n", "HPE_CR_EXPECTED"],
    ["an endless extension", `5;${"x".repeat(20_000)}`, "HPE_HEADER_OVERFLOW"],
    ["endless trailers", `0\r\n${"x: y\r\n".repeat(4000)}`, "HPE_HEADER_OVERFLOW"],
  ])("%s", (_, chunks, code) => {
    expect(codeOf(`${ok}Transfer-Encoding: chunked\r\n\r\n${chunks}`)).toBe(code);
  });

  test("bare line ends alone, which would never end a head", () => {
    expect(codeOf("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello")).toBe("HPE_CR_EXPECTED");
  });

  test("chunks from HTTP/1.0, which has none", () => {
    expect(codeOf("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe("HPE_INVALID_TRANSFER_ENCODING");
  });

  test("a head of more than 16 KiB, complete or not", () => {
    expect(codeOf(`${ok}X: ${"x".repeat(16_384)}\r\n\r\n`)).toBe("HPE_HEADER_OVERFLOW");
    expect(codeOf(`${ok}X: ${"x".repeat(16_384)}`)).toBe("HPE_HEADER_OVERFLOW");
    expect(codeOf(`${ok}X: ${"x".repeat(16_000)}\r\ncontent-length: 0\r\n\r\n`)).toBeUndefined();
  });
});
