import type { IndexDatabase } from "./index-database.ts";
import { StorageOpenError } from "./open-error.ts";

/** Version of the data folder. An older one is brought up to it; a folder of a later version is refused. */
const format = 2;

/**
 * Keys are BLOBs, so that they sort by their UTF-8 bytes. `pieces` comes last in a row: a listing never reads it.
 * `headers` and `checksum` are JSON, and so is `pieces`: `[[piece, bytes], ...]` in the order of the object's bytes.
 */
const tables = `
  create table account (
    project text primary key, headers text not null
  ) strict, without rowid;
  create table bucket (
    id integer primary key, name text not null unique, project text not null, created integer not null,
    headers text not null, objects integer not null default 0, bytes integer not null default 0
  ) strict;
  create index bucket_of_project on bucket (project, name);
  create table object (
    bucket integer not null, key blob not null, bytes integer not null, etag text not null, modified integer not null,
    headers text not null, pieces text not null, primary key (bucket, key)
  ) strict, without rowid;
  create table upload (
    bucket integer not null, key blob not null, id text not null, project text not null, started integer not null,
    headers text not null, primary key (bucket, key, id)
  ) strict, without rowid;
  create table part (
    upload text not null, number integer not null, bytes integer not null, etag text not null,
    modified integer not null, pieces text not null, checksum text, primary key (upload, number)
  ) strict, without rowid;
  -- Bytes stored once. Without data they are in the file named by the id.
  create table piece (
    id integer primary key, holders integer not null, data blob
  ) strict;`;

/** What each older version lacks. 0: a new index. */
const upgrades: Readonly<Record<number, string>> = { 0: tables, 1: "alter table part add column checksum text;" };

/** Makes the tables in a new index, and brings an older one up to date; throws when the index is of a version this program does not know. */
export function prepareSchema(index: IndexDatabase): void {
  const found = (index.get("pragma user_version") as { user_version: number }).user_version;
  if (found === format) return;
  if (found > format) {
    throw new StorageOpenError(
      "NEWER_FORMAT",
      `the data has format ${found}; this program knows formats up to ${format}`,
    );
  }
  index.execute(`begin immediate; ${upgrades[found]} pragma user_version = ${format}; commit`);
}
