import type { IndexDatabase } from "./index-database.ts";
import { bucketRecord } from "./rows.ts";
import type { BucketRow } from "./rows.ts";
import { StorageError } from "./storage.ts";
import type { BucketRecord } from "./storage.ts";

type Headers = Readonly<Record<string, string>>;

/** Buckets and the accounts they belong to, in the index. Changes belong into a commit. */
export class BucketTable {
  readonly #index: IndexDatabase;

  constructor(index: IndexDatabase) {
    this.#index = index;
  }

  find(name: string): BucketRow | undefined {
    return this.#index.get("select * from bucket where name = ?", name) as BucketRow | undefined;
  }

  /** As {@link find}, but a bucket must be there. */
  require(name: string): BucketRow {
    const row = this.find(name);
    if (row === undefined) throw new StorageError("NO_SUCH_BUCKET", `there is no bucket ${name}`);
    return row;
  }

  /** SQLite compares text by its UTF-8 bytes. */
  list(projectId: string): BucketRecord[] {
    const rows = this.#index.all("select * from bucket where project = ? order by name", projectId) as BucketRow[];
    return rows.map((row) => bucketRecord(row));
  }

  create(bucket: { name: string; projectId: string; headers?: Headers }): void {
    if (this.find(bucket.name) !== undefined) {
      throw new StorageError("BUCKET_EXISTS", `there is a bucket ${bucket.name} already`);
    }
    this.#index.run(
      "insert into bucket (name, project, created, headers) values (?, ?, ?, ?)",
      bucket.name,
      bucket.projectId,
      Date.now(),
      JSON.stringify(merged({}, bucket.headers ?? {})),
    );
  }

  update(name: string, changes: Headers): void {
    const { id, headers } = this.require(name);
    const next = merged(JSON.parse(headers) as Headers, changes);
    this.#index.run("update bucket set headers = ? where id = ?", JSON.stringify(next), id);
  }

  remove({ id, name, objects }: BucketRow): void {
    if (objects > 0) throw new StorageError("BUCKET_NOT_EMPTY", `bucket ${name} holds ${objects} objects`);
    this.#index.run("delete from bucket where id = ?", id);
  }

  /** Keeps the bucket's counts exact. */
  count(id: number, objects: number, bytes: number): void {
    this.#index.run("update bucket set objects = objects + ?, bytes = bytes + ? where id = ?", objects, bytes, id);
  }

  accountHeaders(projectId: string): Headers {
    const row = this.#index.get("select headers from account where project = ?", projectId);
    return row === undefined ? {} : (JSON.parse((row as { headers: string }).headers) as Headers);
  }

  updateAccount(projectId: string, changes: Headers): void {
    const next = merged(this.accountHeaders(projectId), changes);
    this.#index.run("insert or replace into account (project, headers) values (?, ?)", projectId, JSON.stringify(next));
  }
}

/** An empty value removes a header. */
function merged(headers: Headers, changes: Headers): Headers {
  return Object.fromEntries(Object.entries({ ...headers, ...changes }).filter(([, value]) => value !== ""));
}
