// An S3 server that keeps nothing: what is left of the time is the client's own. Buckets are what their names say:
// `up` takes anything, `down-5000-65536` has so many objects of so many bytes. Run: node bench/transfer/sink.ts PORT [KEY CERT]
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { crc32 } from "node:zlib";
import { type Request, serve } from "./sink-requests.ts";

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

/** As S3 gives the checksum of an object back. Nothing where there is none. */
function checksum(crc32: string | undefined): Record<string, string> {
  if (crc32 === undefined) return {};
  return { "x-amz-checksum-crc32": crc32, "x-amz-checksum-type": crc32.includes("-") ? "COMPOSITE" : "FULL_OBJECT" };
}

const date = new Date("2026-01-01T00:00:00Z");

/** What is kept of an object or part: some clients ask for it afterwards. */
interface Kept {
  readonly etag: string;
  readonly bytes: number;
  /** In base64, where it was sent. */
  readonly crc32: string | undefined;
}

const kept = new Map<string, Kept>();

/** Parts as S3 puts them together: an ETag of the ETags, and a composite checksum where all have one. */
function putTogether(parts: readonly Kept[]): Kept {
  const all = createHash("md5");
  for (const { etag } of parts) all.update(Buffer.from(etag, "hex"));
  const sums = parts.flatMap((part) => (part.crc32 === undefined ? [] : [Buffer.from(part.crc32, "base64")]));
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat(sums)));
  return {
    etag: `${all.digest("hex")}-${parts.length}`,
    bytes: parts.reduce((bytes, part) => bytes + part.bytes, 0),
    crc32: sums.length === parts.length ? `${sum.toString("base64")}-${parts.length}` : undefined,
  };
}

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
    const algorithm = headers.get("x-amz-checksum-algorithm");
    const told =
      algorithm === undefined ? {} : { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": "COMPOSITE" };
    const body = `<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`;
    return answer(socket, 200, { ...xml, ...told }, body);
  }
  if (method === "POST") {
    const names = [...kept.keys()].filter((name) => name.startsWith(`${path}#`)).sort();
    const whole = putTogether(names.flatMap((name) => kept.get(name) ?? []));
    for (const name of names) kept.delete(name);
    kept.set(path, whole);
    const name = `<Bucket>${bucket}</Bucket><Key>${key}</Key>`; // mc takes an answer without them for a failure
    const sum =
      whole.crc32 === undefined
        ? ""
        : `<ChecksumCRC32>${whole.crc32}</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType>`;
    const body = `<CompleteMultipartUploadResult>${name}<ETag>"${whole.etag}"</ETag>${sum}</CompleteMultipartUploadResult>`;
    return answer(socket, 200, xml, body);
  }
  if (method === "DELETE") return answer(socket, 204, {});
  if (method === "PUT") {
    const md5 = headers.get("content-md5");
    const crc32 = headers.get("x-amz-checksum-crc32");
    const etag =
      headers.get("x-md5") ??
      Buffer.from(md5 ?? crc32 ?? "", "base64")
        .toString("hex")
        .padStart(32, "0");
    const bytes = Number(headers.get("x-amz-decoded-content-length") ?? headers.get("content-length") ?? 0);
    const part = query.get("partNumber");
    kept.set(part === null ? path : `${path}#${part.padStart(5, "0")}`, { etag, bytes, crc32 });
    // As of S3 with keys of a key service, which says so of ETags that are no MD5.
    const note = md5 === undefined && crc32 !== undefined ? { "x-amz-server-side-encryption": "aws:kms" } : {};
    return answer(socket, 200, { ETag: `"${etag}"`, ...checksum(crc32), ...note });
  }
  if (key === "") return answer(socket, 200, xml, listing(query, count, bytes));
  if (bytes === 0) return head(socket, request);
  return object(socket, request, bytes);
}

function head(socket: Socket, { path, headers }: Request): void {
  const found = kept.get(path);
  if (found === undefined) return answer(socket, 404, {});
  const { etag, bytes, crc32 } = found;
  answer(socket, 200, {
    ETag: `"${etag}"`,
    "Last-Modified": date.toUTCString(),
    "Content-Length": bytes,
    ...(headers.has("x-amz-checksum-mode") ? checksum(crc32) : {}),
  });
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

const answering = (socket: Socket): void => serve(socket, handle);
const [port = "0", key, cert] = process.argv.slice(2);
const server =
  key === undefined || cert === undefined
    ? createServer(answering)
    : createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answering);
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify(server.address())));
