import { type FileHandle, open, stat } from "node:fs/promises";
import { Failure } from "../failure.ts";
import type { RequestBody } from "../http.ts";
import { cannotRead } from "./cannot-read.ts";

const chunkBytes = 1024 ** 2;

export type LocalFile =
  | { readonly kind: "file"; readonly body: RequestBody }
  /** A pipe or device: it tells no length and can be read once. */
  | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> };

/**
 * A file as it can be sent.
 *
 * @throws Failure `FILE_NOT_FOUND`, `IS_A_FOLDER` or `CANNOT_READ`.
 */
export async function localFile(path: string): Promise<LocalFile> {
  const status = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  if (status.isDirectory()) {
    throw new Failure("IS_A_FOLDER", "usage", `${path} is a folder`, {
      cure: [
        `With everything below it: fedbucket cp --recursive ${path} s3://bucket/prefix`,
        `As one object: tar c ${path} | fedbucket cp - s3://bucket/name.tar`,
      ],
    });
  }
  if (!status.isFile()) return { kind: "stream", stream: readChunks(path) };
  return { kind: "file", body: { bytes: status.size, open: () => readChunks(path) } };
}

export interface FileRange {
  readonly start: number;
  /** Included. Default: the file's end. */
  readonly end?: number | undefined;
}

/** At most 1 MiB at a time, each in memory of its own, so that it can be kept while it is sent. */
export async function* readChunks(path: string, range?: FileRange): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    // Pipes have no positions.
    let position = range?.start ?? null;
    for (let left = (range?.end ?? Infinity) - (range?.start ?? 0) + 1; left > 0;) {
      const wanted = Math.min(chunkBytes, left);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      left -= bytesRead;
      if (position !== null) position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  return await open(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
}
