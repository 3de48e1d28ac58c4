// An S3 server that keeps nothing: what is left of the time is the client's own. Buckets are what their names say:
// `up` takes anything, `down-5000-65536` has so many objects of so many bytes. Run: node bench/sink.ts PORT [KEY CERT]
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { crc32 } from "node:zlib";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: ReadonlyMap<string, string>;
}

const block = Buffer.alloc(1024 ** 2, "0123456789abcdef");
const sums = new Map<number, { readonly md5: string; readonly crc32: string }>();

/** Every object is the same pattern up to its length. */
function sumsOf(bytes: number): { readonly md5: string; readonly crc32: string } {
  const known = sums.get(bytes);
  if (known !== undefined) return known;
  const hash = createHash("md5");
  const crc = Buffer.alloc(4);
  for (let left = bytes; left > 0; left -= block.length) {
    const piece = block.subarray(0, Math.min(left, block.length));
    hash.update(piece);
    crc.writeUInt32BE(crc32(piece, crc.readUInt32BE()));
  }
  const found = { md5: hash.digest("hex"), crc32: crc.toString("base64") };
  sums.set(bytes, found);
  return found;
}

/** As S3 gives a checksum back. Nothing where there is none. */
function checksum(value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { "x-amz-checksum-crc32": value, "x-amz-checksum-type": "FULL_OBJECT" };
}

const date = new Date("2026-01-01T00:00:00Z");
/** ETags and lengths of what was sent: some clients ask for them afterwards. */
const stored = new Map<string, string>();
const lengths = new Map<string, number>();
const partLengths = new Map<string, number>();

function answer(socket: Socket, status: number, headers: Record<string, string | number>, body = ""): void {
  const lines = Object.entries({ Date: date.toUTCString(), "Content-Length": body.length, ...headers });
  socket.write(`HTTP/1.1 ${status} OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
}

const keyOf = (n: number): string => `k${String(n).padStart(7, "0")}`;

const xml = { "Content-Type": "application/xml" };

function handle(socket: Socket, request: Request): void | Promise<void> {
  const { method, path, query, headers } = request;
  const [bucket = "", ...rest] = path.slice(1).split("/");
  const key = rest.join("/");
  const [, count = 0, bytes = 0] = (/^down-(\d+)-(\d+)$/.exec(bucket) ?? []).map(Number);
  if (method === "POST" && query.has("uploads")) {
    partLengths.delete(path);
    return answer(
      socket,
      200,
      xml,
      `<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`,
    );
  }
  if (method === "POST") {
    const all = createHash("md5");
    lengths.set(path, partLengths.get(path) ?? 0);
    const parts = [...stored.entries()]
      .filter(([name]) => name.startsWith(`${path}#`))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, etag] of parts) all.update(Buffer.from(etag, "hex"));
    const etag = `${all.digest("hex")}-${parts.length}`;
    stored.set(path, etag);
    for (const [name] of parts) stored.delete(name);
    const name = `<Bucket>${bucket}</Bucket><Key>${key}</Key>`; // mc takes an answer without them for a failure
    return answer(
      socket,
      200,
      xml,
      `<CompleteMultipartUploadResult>${name}<ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`,
    );
  }
  if (method === "DELETE") return answer(socket, 204, {});
  if (method === "PUT") {
    const md5 = headers.get("content-md5");
    const etag = md5 === undefined ? (headers.get("x-md5") ?? "") : Buffer.from(md5, "base64").toString("hex");
    const part = query.get("partNumber");
    const bytes = Number(headers.get("x-amz-decoded-content-length") ?? headers.get("content-length") ?? 0);
    if (part !== null) {
      stored.set(`${path}#${part.padStart(5, "0")}`, etag);
      partLengths.set(path, (partLengths.get(path) ?? 0) + bytes);
    } else {
      stored.set(path, etag);
      lengths.set(path, bytes);
    }
    return answer(socket, 200, { ETag: `"${etag}"`, ...checksum(headers.get("x-amz-checksum-crc32")) });
  }
  if (key === "") return answer(socket, 200, xml, listing(query, count, bytes));
  if (bytes === 0) return head(socket, path);
  return object(socket, request, bytes);
}

function head(socket: Socket, path: string): void {
  const etag = stored.get(path);
  if (etag === undefined) return answer(socket, 404, {});
  const headers = { ETag: `"${etag}"`, "Last-Modified": date.toUTCString(), "Content-Length": lengths.get(path) ?? 0 };
  answer(socket, 200, headers);
}

function listing(query: URLSearchParams, count: number, bytes: number): string {
  const isV2 = query.get("list-type") === "2";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? query.get("marker") ?? "";
  const first = firstBehind(after, count);
  const size = Math.min(1000, Number(query.get("max-keys") ?? 1000));
  const last = Math.min(count, first + size);
  const [etag, time] = [`&quot;${sumsOf(bytes).md5}&quot;`, date.toISOString()];
  let entries = "";
  for (let n = first; n < last; n++)
    entries += `<Contents><Key>${keyOf(n)}</Key><LastModified>${time}</LastModified><ETag>${etag}</ETag><Size>${bytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  const token = keyOf(last - 1);
  const next = isV2 ? `<NextContinuationToken>${token}</NextContinuationToken>` : `<NextMarker>${token}</NextMarker>`;
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${last < count}</IsTruncated><MaxKeys>${size}</MaxKeys><EncodingType>url</EncodingType>${last < count ? next : ""}${entries}</ListBucketResult>`;
}

function firstBehind(key: string, count: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function object(socket: Socket, { method, headers: asked }: Request, bytes: number): Promise<void> {
  const range = asked.get("range");
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  const [start, end] = [Number(from), Math.min(bytes - 1, to === "" ? bytes - 1 : Number(to))];
  const headers = {
    ETag: `"${sumsOf(bytes).md5}"`,
    "Last-Modified": date.toUTCString(),
    "Accept-Ranges": "bytes",
    "Content-Type": "application/octet-stream",
    "Content-Length": end - start + 1,
    ...(range === undefined ? {} : { "Content-Range": `bytes ${start}-${end}/${bytes}` }),
    ...(range === undefined && asked.has("x-amz-checksum-mode") ? checksum(sumsOf(bytes).crc32) : {}),
  };
  socket.cork(); // the head leaves with the first bytes
  answer(socket, range === undefined ? 200 : 206, headers);
  if (method === "HEAD") return socket.uncork();
  for (let at = start; at <= end && !socket.destroyed;) {
    const offset = at % block.length;
    const piece = block.subarray(offset, Math.min(block.length, offset + end - at + 1));
    at += piece.length;
    const isTaken = socket.write(piece);
    socket.uncork();
    if (!isTaken) await drained(socket);
  }
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0);
  let request: Request | undefined;
  let left = 0;
  let hash: ReturnType<typeof createHash> | undefined;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());

  async function consume(): Promise<void> {
    for (;;) {
      if (request === undefined) {
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return;
        request = parse(pending.subarray(0, end).toString("latin1"));
        pending = pending.subarray(end + 4);
        left = Number(request.headers.get("content-length") ?? 0);
        hash = request.method === "PUT" && !request.headers.has("content-md5") ? createHash("md5") : undefined;
        if (request.headers.has("expect")) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
      const taken = Math.min(left, pending.length);
      hash?.update(pending.subarray(0, taken));
      left -= taken;
      pending = pending.subarray(taken);
      if (left > 0) return;
      const { headers } = request;
      const whole = hash === undefined ? headers : new Map([...headers, ["x-md5", hash.digest("hex")]]);
      const done = handle(socket, { ...request, headers: whole });
      request = undefined;
      if (done !== undefined) await done;
    }
  }

  let running = Promise.resolve();
  socket.on("data", (chunk: Buffer) => {
    // Long bodies are counted without being put together.
    if (request !== undefined && pending.length === 0 && chunk.length < left) {
      left -= chunk.length;
      hash?.update(chunk);
      (chunk.buffer as ArrayBuffer).transfer(0); // left to the collector, what was counted would be its main work
      return;
    }
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    running = running.then(consume);
  });
}

function parse(head: string): Request {
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const [path = "", query = ""] = target.split("?", 2);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { method, path: decodeURIComponent(path), query: new URLSearchParams(query), headers };
}

const [port = "0", key, cert] = process.argv.slice(2);
const server =
  key === undefined || cert === undefined
    ? createServer(serve)
    : createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, serve);
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify(server.address())));
