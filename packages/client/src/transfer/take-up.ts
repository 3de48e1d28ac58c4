import { StoreError } from "../store/error.ts";
import type { Multipart, NewUpload, StoredPart, UploadId } from "../store/multipart.ts";
import { partBytesName } from "../store/part-bytes.ts";
import type { Work } from "./work.ts";

/** What an upload in parts is of. */
export interface Beginning {
  /** Says what goes from where to where. */
  readonly name: string;
  /** In the bucket. */
  readonly key: string;
  /** Another one whenever the source's bytes may be others. */
  readonly fingerprint: string;
  readonly partBytes: number;
  readonly options: NewUpload;
}

export interface Begun {
  readonly upload: UploadId;
  /** By their numbers. */
  readonly stored: ReadonlyMap<number, StoredPart>;
}

/** Takes up the upload that an earlier attempt or process began of the same source, else begins one. */
export async function takeUp(
  multipart: Multipart,
  { name, key, fingerprint, partBytes, options }: Beginning,
  { journal, signal }: Work,
): Promise<Begun> {
  const record = await journal.find(name);
  if (record?.fingerprint === fingerprint && record.partBytes === partBytes) {
    const upload = { key, uploadId: record.uploadId, hasCrc: record.hasCrc === true };
    const stored = await partsThere(multipart, upload, signal);
    if (stored !== undefined) return { upload, stored };
  } else if (record !== undefined) {
    await multipart.abort({ key, uploadId: record.uploadId }, { signal });
  }
  const metadata = { ...options.metadata, [partBytesName]: String(partBytes) };
  const upload = await multipart.create(key, { ...options, metadata });
  const { uploadId, hasCrc = false } = upload;
  await journal.keep(name, { uploadId, fingerprint, partBytes, hasCrc });
  return { upload, stored: new Map() };
}

/** Undefined when the upload is gone. */
async function partsThere(
  multipart: Multipart,
  upload: UploadId,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, StoredPart> | undefined> {
  const stored = new Map<number, StoredPart>();
  try {
    for await (const part of multipart.parts(upload, { signal })) stored.set(part.partNumber, part);
    return stored;
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_NOT_FOUND") return undefined;
    throw error;
  }
}
