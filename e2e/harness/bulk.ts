import { readFile, writeFile } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Plain requests on kept connections: what is measured or filled should wait for the server, not for a client. */
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

export interface BulkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Readable;
}

/** Sends one request; a status of 400 or more rejects. The answer's body must be read. */
export async function send({ method, url, headers = {}, body }: BulkRequest): Promise<IncomingMessage> {
  const outgoing = request(url, { method, headers, agent });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on("response", resolve).on("error", reject),
  );
  if (body === undefined) outgoing.end();
  else await pipeline(body, outgoing);
  const answer = await answered;
  if ((answer.statusCode ?? 500) < 400) return answer;
  throw new Error(`${method} ${url.split("?", 1)[0]}: ${answer.statusCode} ${await textOf(answer)}`);
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Makes empty objects `000000`, `000001`, ... in a Swift container, many at a time. */
export async function fillContainer(container: string, token: string, objects: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < objects; n = next++) {
      const url = `${container}/${String(n).padStart(6, "0")}`;
      await textOf(await send({ method: "PUT", url, headers: { "x-auth-token": token, "content-length": 0 } }));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

/** Bytes that differ from step to step, so that a step lost or repeated is noticed. */
export function* steps(bytes: number): Generator<Buffer> {
  const step = Buffer.alloc(1024 * 1024, "0123456789abcdef");
  for (let sent = 0; sent < bytes; sent += step.length) {
    const copy = Buffer.from(step.subarray(0, Math.min(step.length, bytes - sent)));
    copy.writeDoubleLE(sent, 0);
    yield copy;
  }
}

/** Reads to the end and compares with {@link steps}, in constant memory. Returns how many bytes agreed. */
export async function countEqual(answer: IncomingMessage, bytes: number): Promise<number> {
  const expected = steps(bytes);
  let step = Buffer.alloc(0);
  let equal = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length;) {
      if (step.length === 0) step = expected.next().value ?? Buffer.alloc(0);
      const length = Math.min(step.length, chunk.length - at);
      if (length === 0 || !chunk.subarray(at, at + length).equals(step.subarray(0, length))) return equal;
      step = step.subarray(length);
      at += length;
      equal += length;
    }
  }
  return equal;
}

/** The most memory a process holds while `work` runs, above what it held before, in MiB. Linux only. */
export async function peakGrowthMiB(pid: number, work: () => Promise<void>): Promise<number> {
  const kib = async (field: string): Promise<number> =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]);
  const before = await kib("VmRSS");
  await writeFile(`/proc/${pid}/clear_refs`, "5"); // proc(5): resets the peak
  await work();
  return ((await kib("VmHWM")) - before) / 1024;
}
