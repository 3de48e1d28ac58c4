import { statSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Entry } from "../transfer/entry.ts";
import type { Folder, WriteOptions } from "../transfer/folder.ts";
import { twinOf } from "./file-names.ts";
import { reusedBuffers, sharedMemory } from "./buffers.ts";
import { codeOf } from "./folder-items.ts";
import { folderPaths } from "./folder-paths.ts";
import { fileEntry, walk } from "./folder-walk.ts";
import { diskPace } from "./pace.ts";
import { openPartialFile } from "./partial-file.ts";
import { readSmall, smallWriter } from "./small-files.ts";
import { openSource } from "./source-file.ts";
import { wholeBody } from "./whole-body.ts";
import { cannotWrite, temporaryBeside, writeAll } from "./write-file.ts";

/** Files up to this are written in one go. */
const heldBytes = 1024 ** 2;

/** A folder of the disk as one side of a transfer. It is made when the first file is written. */
export function diskFolder(root: string): Folder {
  const paths = folderPaths(root);
  const pace = diskPace();
  const buffers = reusedBuffers();
  const write = smallWriter(pace);
  const gathering = reusedBuffers(sharedMemory);

  /** Makes folders anew when somebody removed them meanwhile. The place is kept until it is given back. */
  async function placed<T>(key: string, use: (path: string) => Promise<T>): Promise<T> {
    for (let isAgain = false; ; isAgain = true) {
      let path: string | undefined;
      try {
        path = paths.placeHere(key) ?? (await placeOf(key));
        return await use(path);
      } catch (error) {
        if (path !== undefined) paths.giveBack(path);
        if (isAgain || causeCode(error) !== "ENOENT") throw error;
        paths.forget();
      }
    }
  }

  async function placeOf(key: string): Promise<string> {
    return await paths.place(key).catch((error: unknown) => {
      throw cannotWrite(join(root, key), error);
    });
  }

  async function writeHeld(key: string, body: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<void> {
    const { bytes, modifiedMs } = options;
    const content = await wholeBody(body, bytes, gathering);
    try {
      await placed(key, async (path) => {
        try {
          await write(path, content.bytes, modifiedMs);
        } catch (error) {
          if (!isFolderInTheWay(path, error)) throw cannotWrite(path, error);
          await write(twinOf(path), content.bytes, modifiedMs);
        }
        paths.giveBack(path);
      });
    } finally {
      await content.release();
    }
  }

  return {
    path: root,
    async *pages(options) {
      await paths.learn();
      yield* walk(root, options, pace, () => paths.twinSeen());
    },

    async find(key) {
      const path = await paths.find(key);
      const status = path === undefined ? undefined : await stat(path).catch(() => undefined);
      return status === undefined ? undefined : fileEntry(key, status);
    },

    async open(key) {
      return await openSource((await paths.find(key)) ?? join(root, key));
    },

    readSmall(key, mostBytes) {
      try {
        const path = paths.guess(key);
        return path === undefined ? undefined : readSmall(path, mostBytes, pace, buffers);
      } catch {
        return undefined; // what is wrong is said by `open`
      }
    },

    async write(key, body, options) {
      const { bytes, modifiedMs } = options;
      if (pace.isFast && bytes <= heldBytes) return await writeHeld(key, body, options);
      // The body can be read only once: what goes wrong after it was opened is no reason to begin anew.
      const { file, temporary, path } = await placed(key, openTemporary);
      try {
        await writeAll(path, file, body);
        await file.utimes(modifiedMs / 1000, modifiedMs / 1000);
        await file.close();
        await publish(temporary, path);
      } catch (error) {
        await file.close().catch(() => {});
        await rm(temporary, { force: true });
        throw error;
      } finally {
        paths.giveBack(path);
      }
    },

    async openPartial(key, parts) {
      return await placed(key, async (path) => {
        const finish = async (temporary: string): Promise<void> => await publish(temporary, path);
        const onEnd = (): void => paths.giveBack(path);
        return await openPartialFile(path, { ...parts, key, finish, onEnd });
      });
    },

    async remove(key, entry) {
      const path = await paths.find(key);
      if (path === undefined) return true;
      const status = await stat(path).catch(() => undefined);
      if (status !== undefined && !isSame(fileEntry(key, status), entry)) return false;
      await rm(path, { force: true });
      await removeEmpty(dirname(path), root);
      paths.forget();
      return true;
    },

    async makeFolder(key) {
      const path = await placeOf(`${key}x`);
      paths.giveBack(path);
      await mkdir(dirname(path), { recursive: true });
    },
  };
}

async function openTemporary(path: string): Promise<{ file: FileHandle; temporary: string; path: string }> {
  const temporary = temporaryBeside(path);
  const file = await open(temporary, "wx", 0o666).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
  return { file, temporary, path };
}

/** Gives a file its name, or the twin of its name where a folder has that. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    if (!isFolderInTheWay(path, error)) throw cannotWrite(path, error);
    await rename(temporary, twinOf(path)).catch((second: unknown) => {
      throw cannotWrite(path, second);
    });
  }
}

function isFolderInTheWay(path: string, error: unknown): boolean {
  if (!["EISDIR", "ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error))) return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const isSame = (a: Entry, b: Entry): boolean => a.bytes === b.bytes && a.modifiedMs === b.modifiedMs;

async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let path = folder; path.length > root.length && path !== root; path = dirname(path)) {
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

function causeCode(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : codeOf(error);
}
