import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { parseJson } from "../body.ts";
import type { Journal, UploadRecord } from "../transfer/journal.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { isAlive } from "./lock.ts";

interface Kept extends UploadRecord {
  readonly version: 1;
  /** Who is at it. */
  readonly pid: number;
  readonly host: string;
}

/** A small file for each upload in parts. They hold no secrets. */
export function fileJournal(folder: string): Journal {
  const pathOf = (name: string): string =>
    join(folder, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.json`);
  return {
    async find(name) {
      const kept = parseJson(await readFile(pathOf(name), "utf8").catch(() => ""));
      return isKept(kept) && !isHeldByOther(kept) ? kept : undefined;
    },
    async keep(name, record) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const kept: Kept = { ...record, version: 1, pid: process.pid, host: hostname() };
      await writeFileAtomically(pathOf(name), JSON.stringify(kept), { mode: 0o600, folderMode: 0o700 });
    },
    async forget(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const { version, uploadId, fingerprint, partBytes } = value as Partial<Kept>;
  return (
    version === 1 && typeof uploadId === "string" && typeof fingerprint === "string" && typeof partBytes === "number"
  );
}

const isHeldByOther = ({ pid, host }: Kept): boolean => host === hostname() && pid !== process.pid && isAlive(pid);
