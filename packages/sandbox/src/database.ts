import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const format = 2;

const applicationCredentials = `
  create table application_credential (
    id text primary key, secret_digest text not null, name text not null, description text,
    user_id text not null, project_id text not null, roles text not null, expires_at integer, unrestricted integer,
    unique (user_id, name)
  ) strict;
`;

const schema = `
  create table setting (name text primary key, value text not null) strict;
  create table person (
    sub text primary key, username text not null unique, name text not null, email text not null,
    description text not null, entitlements text not null
  ) strict;
  create table enrolment (
    id text primary key, sub text not null, vo text not null, statement text not null,
    requested_at integer not null, decision text
  ) strict;
  create table artifact (
    model text not null, id text not null, payload text not null,
    grant_id text, uid text, user_code text, expires_at integer,
    primary key (model, id)
  ) strict;
  create index artifact_grant on artifact (grant_id) where grant_id is not null;
  create table membership (
    user_id text not null, group_id text not null, expires_at integer not null,
    primary key (user_id, group_id)
  ) strict;
  create table user (id text primary key, name text not null) strict;
  create table credential (
    access text primary key, secret text not null, user_id text not null, project_id text not null
  ) strict;
  create table revoked_token (audit_id text primary key, expires_at integer not null) strict;
  ${applicationCredentials}
`;

/** What each older format lacks, by its number. 0: a new file. */
const upgrades: Readonly<Record<number, string>> = { 0: schema, 1: applicationCredentials };

/**
 * What Check-in and Keystone remember: people, grants, keys. A change is on disk when the call that makes it returns.
 *
 * @param folder Where `identity.sqlite` lives, readable by its owner alone; undefined keeps everything in memory.
 * @throws Error when another sandbox uses the folder, or a newer fedbucket wrote it.
 */
export function openDatabase(folder: string | undefined): DatabaseSync {
  if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = folder === undefined ? ":memory:" : join(folder, "identity.sqlite");
  const database = new DatabaseSync(file);
  try {
    if (folder !== undefined) chmodSync(file, 0o600);
    // Exclusive: two sandboxes on one folder would each serve half of what the other knows.
    database.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;");
    const { user_version: found } = database.prepare("pragma user_version").get() as { user_version: number };
    if (found > format) throw new Error(`${file} was written by a newer fedbucket (format ${found}); update this one`);
    const upgrade = upgrades[found];
    if (upgrade !== undefined) database.exec(`begin immediate; ${upgrade} pragma user_version = ${format}; commit;`);
    return database;
  } catch (error) {
    database.close();
    const busy = error instanceof Error && error.message.includes("locked");
    throw busy ? new Error(`another sandbox is using ${folder}`, { cause: error }) : error;
  }
}

/** The value of a setting, made and kept the first time it is asked for. */
export function setting(database: DatabaseSync, name: string, make: () => string): string {
  const row = database.prepare("select value from setting where name = ?").get(name) as { value: string } | undefined;
  if (row !== undefined) return row.value;
  const value = make();
  database.prepare("insert into setting (name, value) values (?, ?)").run(name, value);
  return value;
}
