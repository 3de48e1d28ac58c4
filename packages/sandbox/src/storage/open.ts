import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GroupCommit } from "./group-commit.ts";
import { IndexDatabase } from "./index-database.ts";
import { StorageOpenError } from "./open-error.ts";
import { PieceFiles, syncFolder } from "./piece-files.ts";
import { prepareSchema } from "./schema.ts";
import { SharedRun } from "./shared-run.ts";
import { SqliteStorage } from "./sqlite-storage.ts";
import type { Storage } from "./storage.ts";

export type StorageOptions =
  | {
      /** Made when it does not exist. One storage at a time may have it open. */
      readonly folder: string;
    }
  | {
      /** Nothing survives {@link Storage.close}; large objects wait in a temporary folder until then. */
      readonly memory: true;
    };

/** Opens a storage and clears away what a crash left unfinished. Throws {@link StorageOpenError}. */
export function openStorage(options: StorageOptions): Promise<Storage> {
  return "folder" in options ? openFolder(options.folder) : openMemory();
}

/**
 * In a folder: `index.sqlite`, and in `pieces/` the bytes of large objects. The index logs ahead and syncs by itself
 * only around checkpoints (`synchronous = normal`); what makes a change durable is {@link GroupCommit}'s sync of the
 * log, which runs beside the event loop and is shared by all changes that wait. An exclusive lock on the index keeps
 * other processes out, and ends with the process however that ends.
 */
async function openFolder(folder: string): Promise<Storage> {
  const pieces = join(folder, "pieces");
  const file = join(folder, "index.sqlite");
  try {
    await mkdir(pieces, { recursive: true, mode: 0o700 });
    await makePrivate(file);
  } catch (cause) {
    throw new StorageOpenError("NO_ACCESS", `cannot use the folder ${folder}`, { cause });
  }
  const index = openIndex(folder, file);
  const log = await open(`${file}-wal`, "r+");
  const synced = new SharedRun(() => log.datasync());
  await Promise.all([synced.run(), syncFolder(folder), syncFolder(dirname(folder))]);
  const storage = new SqliteStorage({
    index,
    files: new PieceFiles(pieces, true),
    commits: new GroupCommit(index, () => synced.run()),
    onClose: () => log.close(),
  });
  await storage.clearUnfinished();
  return storage;
}

/**
 * SQLite gives its log the mode of the index. A file that exists is not even opened: closing it again would take away
 * the lock of another storage in this process (https://sqlite.org/howtocorrupt.html, 2.2).
 */
async function makePrivate(file: string): Promise<void> {
  try {
    await (await open(file, "wx", 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function openMemory(): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-sandbox-"));
  const index = new IndexDatabase(":memory:");
  prepareSchema(index);
  return new SqliteStorage({
    index,
    files: new PieceFiles(folder, false),
    commits: new GroupCommit(index, () => Promise.resolve()),
    onClose: () => rm(folder, { recursive: true, force: true }),
  });
}

/** Pages of 16 KiB hold 64 KiB objects best; the log is folded into the index every 500 of them (8 MiB). */
const settings = `
  pragma locking_mode = exclusive; pragma page_size = 16384; pragma journal_mode = wal; pragma synchronous = normal;
  pragma wal_autocheckpoint = 500; pragma journal_size_limit = 16777216; pragma cache_size = -16384;`;

function openIndex(folder: string, file: string): IndexDatabase {
  let index: IndexDatabase | undefined;
  try {
    index = new IndexDatabase(file);
    index.execute(settings);
    prepareSchema(index);
    index.execute("begin immediate; commit"); // takes the lock and makes the log, even when nothing else is written
    return index;
  } catch (error) {
    index?.close();
    throw asOpenError(error, folder);
  }
}

/** SQLite's result codes, see https://sqlite.org/rescode.html */
const reasons = new Map<number, readonly [StorageOpenError["code"], string]>([
  [5, ["IN_USE", "another process has it open"]],
  [6, ["IN_USE", "another process has it open"]],
  [8, ["NO_ACCESS", "it cannot be written"]],
  [11, ["DAMAGED", "its index is damaged"]],
  [14, ["NO_ACCESS", "its index cannot be opened"]],
  [26, ["DAMAGED", "its index is not one of ours"]],
]);

function asOpenError(error: unknown, folder: string): unknown {
  if (error instanceof StorageOpenError) return new StorageOpenError(error.code, `${folder}: ${error.message}`);
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const reason = reasons.get(Number(error.errcode) % 256);
  return reason === undefined
    ? error
    : new StorageOpenError(reason[0], `cannot open ${folder}: ${reason[1]}`, { cause: error });
}
