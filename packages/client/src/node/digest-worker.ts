import type { Worker } from "node:worker_threads";
import type { Checksum } from "../crypto.ts";
import { crc32 } from "./crypto.ts";

/** Hashes parts of open files in a thread of its own, while this one sends and receives. */
export interface DigestWorker {
  /** Of what lies between two positions, the second not included. The file must stay open until then. */
  digest(algorithm: Algorithm, fd: number, start: number, end: number): Promise<Uint8Array>;
  /** An MD5 piece by piece: each call goes on where the one before ended. The last one gets the digest. */
  md5Stream(): Md5Stream;
}

type Algorithm = Checksum["algorithm"];

export interface Md5Stream {
  update(fd: number, start: number, end: number): Promise<void>;
  digest(): Promise<Uint8Array>;
}

/** Text, so that it works in every packaging: bundled, in a single executable and from source. */
const program = `
const { parentPort } = require("node:worker_threads");
const { readSync } = require("node:fs");
const { createHash } = require("node:crypto");
const crc32 = ${crc32.toString()};
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const streams = new Map();
parentPort.on("message", ({ id, stream, algorithm, fd, start, end, isLast }) => {
  try {
    const hash = streams.get(stream) ?? (algorithm === "crc32" ? crc32() : createHash("md5"));
    streams.set(stream, hash);
    for (let at = start; at < end; ) {
      const bytes = readSync(fd, buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytes === 0) break;
      hash.update(buffer.subarray(0, bytes));
      at += bytes;
    }
    if (!isLast) return parentPort.postMessage({ id });
    streams.delete(stream);
    parentPort.postMessage({ id, digest: hash.digest() });
  } catch (error) {
    streams.delete(stream);
    parentPort.postMessage({ id, error: String(error) });
  }
});`;

interface Answer {
  readonly id: number;
  readonly digest?: Uint8Array;
  readonly error?: string;
}

let shared: DigestWorker | undefined;

/** One for the process, started when first needed. It keeps no process alive. */
export function digestWorker(): DigestWorker {
  shared ??= startWorker();
  return shared;
}

function startWorker(): DigestWorker {
  const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
  const worker: Worker = new Thread(program, {
    eval: true,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
  });
  const waiting = new Map<number, { resolve: (digest: Uint8Array) => void; reject: (error: Error) => void }>();
  let last = 0;
  const settle = (): void => {
    if (waiting.size === 0) worker.unref();
  };
  worker.on("message", ({ id, digest, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(digest ?? new Uint8Array());
    else asked?.reject(new Error(error));
    settle();
  });
  worker.on("error", (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    shared = undefined;
  });
  settle();

  function ask(
    stream: number,
    request: { algorithm: Algorithm; fd: number; start: number; end: number; isLast: boolean },
  ): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, stream, ...request });
    });
  }

  return {
    digest: (algorithm, fd, start, end) => ask(++last, { algorithm, fd, start, end, isLast: true }),
    md5Stream() {
      const name = ++last;
      const algorithm = "md5";
      return {
        update: async (fd, start, end) => void (await ask(name, { algorithm, fd, start, end, isLast: false })),
        digest: async () => await ask(name, { algorithm, fd: -1, start: 0, end: 0, isLast: true }),
      };
    },
  };
}
