/**
 * Run as a process of its own, to be killed: `node crash-writer.ts FOLDER ROUND`. Workers put, overwrite, copy, remove
 * and upload in parts, each on its own keys. A line on stdout goes out before each change ("begin") and after its
 * promise resolved ("done"), so the reader knows what was acknowledged and what was only under way.
 */
import { writeSync } from "node:fs";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** What a key holds: `content` names its bytes, "" that it is absent. */
export interface CrashLine {
  readonly moment: "begin" | "done";
  readonly key: string;
  readonly content: string;
}

/** The bytes that a content name stands for; `seed:length`, joined by `+`. */
export function contentBytes(content: string): Buffer {
  const parts = content.split("+").map((part) => {
    const [seed = "", length = "0"] = part.split(":");
    return Buffer.alloc(Number(length), `${seed}|`);
  });
  return Buffer.concat(parts);
}

const partBytes = 5 * 1024 * 1024;
const plain = { system: {}, metadata: {} };

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function putParts(storage: Storage, key: string, contents: readonly string[]): Promise<void> {
  const upload = { bucket: "bucket", key };
  const { uploadId } = await storage.createUpload({ ...upload, projectId: "p", ...plain });
  const parts = [];
  for (const [at, content] of contents.entries()) {
    const body = once(contentBytes(content));
    parts.push(await storage.putPart({ ...upload, uploadId, partNumber: at + 1, body }));
  }
  await storage.completeUpload({ ...upload, uploadId, parts });
}

async function work(storage: Storage, worker: number, round: string): Promise<void> {
  const tell = (line: CrashLine): number => writeSync(1, `${JSON.stringify(line)}\n`);
  const change = async (key: string, content: string, make: () => Promise<unknown>): Promise<void> => {
    tell({ moment: "begin", key, content });
    await make();
    tell({ moment: "done", key, content });
  };
  const key = `w${worker}/key`;
  const copy = `w${worker}/copy`;
  for (let turn = 0; ; turn += 1) {
    const content = `${round}.${worker}.${turn}:${turn % 2 === 0 ? 2_000 : 400_000}`;
    const whole = { bucket: "bucket", key, body: once(contentBytes(content)), ...plain };
    await change(key, content, () => storage.put(whole));
    const to = { bucket: "bucket", key: copy };
    await change(copy, content, () => storage.copy({ from: { bucket: "bucket", key }, to }));
    await change(key, "", () => storage.remove("bucket", key));
    if (worker > 0) continue; // one worker with parts is enough, they are large
    const parts = [`${round}.part.${turn}:${partBytes}`, `${round}.end.${turn}:10`];
    await change(copy, parts.join("+"), () => putParts(storage, copy, parts));
  }
}

if (import.meta.main) {
  const [, , folder = "", round = ""] = process.argv;
  const storage = await openStorage({ folder });
  await storage.createBucket({ name: "bucket", projectId: "p" }).catch(() => undefined); // there from the round before
  await Promise.all(Array.from({ length: 8 }, (_, worker) => work(storage, worker, round)));
}
