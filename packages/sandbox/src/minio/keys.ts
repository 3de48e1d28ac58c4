import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Grantee } from "./policies.ts";

/** A pair of this store, with what it may do. */
export interface MinioKeys extends Grantee {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Absent for keys made in the console, which do not end. */
  readonly sessionToken?: string;
  readonly expiresAt?: Date;
}

/** The keys that the store lent or made. They outlive a restart, as tools go on using them. */
export class MinioKeyTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec("create table if not exists minio_key (access text primary key, keys text not null) strict");
  }

  /** For as long as `expiresAt` says; without it they are a console's. */
  make(grantee: Grantee, expiresAt?: Date): MinioKeys {
    const keys: MinioKeys = {
      ...grantee,
      accessKeyId: randomBytes(10).toString("hex").toUpperCase(),
      secretAccessKey: randomBytes(30).toString("base64url"),
      ...(expiresAt === undefined ? {} : { sessionToken: randomBytes(48).toString("base64url"), expiresAt }),
    };
    this.#database
      .prepare("insert into minio_key (access, keys) values (?, ?)")
      .run(keys.accessKeyId, JSON.stringify(keys));
    return keys;
  }

  /** Undefined for keys that there are not, or not any more. */
  find(accessKeyId: string, now: Date): MinioKeys | undefined {
    const row = this.#database.prepare("select keys from minio_key where access = ?").get(accessKeyId);
    if (row === undefined) return undefined;
    const { expiresAt, ...keys } = JSON.parse(String(row["keys"])) as MinioKeys & { expiresAt?: string };
    if (expiresAt === undefined) return keys;
    const end = new Date(expiresAt);
    if (end > now) return { ...keys, expiresAt: end };
    this.forget(accessKeyId);
    return undefined;
  }

  /** False when there were none. */
  forget(accessKeyId: string): boolean {
    return this.#database.prepare("delete from minio_key where access = ?").run(accessKeyId).changes > 0;
  }
}
