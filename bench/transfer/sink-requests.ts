import { createHash } from "node:crypto";
import type { Socket } from "node:net";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. `x-md5` is the MD5 of a body that came without a sum. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Answers the requests of a connection one after the other. Bodies are counted, and summed where the client sent no sum. */
export function serve(socket: Socket, handle: (socket: Socket, request: Request) => void | Promise<void>): void {
  let pending: Buffer = Buffer.alloc(0);
  let request: Request | undefined;
  let left = 0;
  let isChunked = false;
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
        isChunked = request.headers.get("transfer-encoding") === "chunked";
        const isSummed = ["content-md5", "x-amz-checksum-crc32"].some((name) => request?.headers.has(name));
        hash = request.method === "PUT" && !isSummed ? createHash("md5") : undefined;
        if (request.headers.has("expect")) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
      const taken = Math.min(left, pending.length);
      hash?.update(pending.subarray(0, taken));
      left -= taken;
      pending = pending.subarray(taken);
      if (left > 0) return;
      if (isChunked) {
        const end = pending.indexOf("\r\n");
        if (end < 0) return;
        const size = Number.parseInt(pending.toString("latin1", 0, end), 16);
        pending = pending.subarray(end + 2);
        left = size + 2; // and the end of its line
        isChunked = size > 0;
        continue;
      }
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
