import type { BucketRecord, Checksum, ObjectHeaders, ObjectRecord } from "./storage.ts";

export interface BucketRow {
  id: number;
  name: string;
  project: string;
  created: number;
  headers: string;
  objects: number;
  bytes: number;
}

export interface ObjectRow {
  key: Uint8Array;
  bytes: number;
  etag: string;
  modified: number;
  headers: string;
}

/** An object with the list of its pieces, as JSON. */
export interface StoredRow extends ObjectRow {
  pieces: string;
}

export function keyBytes(key: string): Buffer {
  return Buffer.from(key, "utf8");
}

/** A view of SQLite's copy of a key. */
export function asBuffer(key: Uint8Array): Buffer {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength);
}

/** `checksum` stands beside the headers; those written before there were checksums have none. */
export function encodeHeaders({ contentType, system, metadata, traits }: ObjectHeaders, checksum?: object): string {
  return JSON.stringify({ contentType, system, metadata, traits, checksum });
}

export function decodeHeaders(text: string): ObjectHeaders & { readonly checksum?: Checksum } {
  return JSON.parse(text) as ObjectHeaders & { readonly checksum?: Checksum };
}

export function objectRecord(row: ObjectRow, key: string = asBuffer(row.key).toString("utf8")): ObjectRecord {
  const { bytes, etag, modified, headers } = row;
  return { ...decodeHeaders(headers), key, bytes, etag, modifiedAt: new Date(modified) };
}

export function bucketRecord(row: BucketRow): BucketRecord {
  const { name, project, created, headers, objects, bytes } = row;
  return {
    name,
    projectId: project,
    createdAt: new Date(created),
    headers: JSON.parse(headers) as Record<string, string>,
    objects,
    bytes,
  };
}
