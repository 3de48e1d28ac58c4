import { mkdir, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { codeOf } from "./folder-items.ts";
import { composedNamesOf, namesOf, twinOf } from "./file-names.ts";
import { isComposed, tellsFormsApart } from "./normal-form.ts";
import { namesOnDisk } from "./one-name.ts";

/** Folders known to be there; forgotten when they are many. */
const remembered = 10_000;

export interface FolderPaths {
  /** Where the file of this key is; undefined when it is nowhere. */
  find(key: string): Promise<string | undefined>;
  /** The same without asking the disk, where names are told apart; what is there may be no file. */
  guess(key: string): string | undefined;
  /** Where it is to be written; the folders above are made. No other key gets that place until it is given back. */
  place(key: string): Promise<string>;
  /** As {@link FolderPaths.place}, where nothing has to be asked or made. */
  placeHere(key: string): string | undefined;
  giveBack(path: string): void;
  /** Finds out whether the disk tells all names apart. */
  learn(): Promise<void>;
  /** Whoever lists has seen a name that shows that it does not. */
  twinSeen(): void;
  forget(): void;
}

/**
 * Where files are below a folder. Where a key is both, the name of a file and a part of other names, the later of the
 * two has its name with a mark behind it.
 */
export function folderPaths(root: string): FolderPaths {
  const made = new Map<string, string>();
  const onDisk = namesOnDisk(root);
  let formsApart: Promise<boolean> | undefined;

  async function find(key: string): Promise<string | undefined> {
    await onDisk.learn({ mayWrite: false });
    if (isComposed(key)) return await findBy(namesOf(key));
    return (await findBy(composedNamesOf(key))) ?? (await findBy(namesOf(key)));
  }

  async function findBy(names: readonly string[]): Promise<string | undefined> {
    const plain = join(root, ...names);
    if (onDisk.areExact !== false && (await kindOf(plain)) === "file") return plain;
    let folder: string | undefined = root;
    for (const [at, name] of names.entries()) {
      const kind = at === names.length - 1 ? "file" : "folder";
      folder = folder && (await firstThat(folder, await onDisk.find(folder, name), kind));
    }
    return folder;
  }

  async function namesFor(key: string): Promise<readonly string[]> {
    if (isComposed(key)) return namesOf(key);
    await makeFolder([]);
    return (await (formsApart ??= tellsFormsApart(root))) ? namesOf(key) : composedNamesOf(key);
  }

  async function makeFolder(names: readonly string[]): Promise<string> {
    const known = made.get(names.join("/"));
    if (known !== undefined) return known;
    const path = await makeAll(names);
    if (made.size >= remembered) made.clear();
    made.set(names.join("/"), path);
    return path;
  }

  async function makeAll(names: readonly string[]): Promise<string> {
    const plain = join(root, ...names);
    try {
      if (names.length === 0 || onDisk.areExact === true) {
        await mkdir(plain, { recursive: true });
        return plain;
      }
    } catch (error) {
      // Node says ENOENT of a read-only disk when it makes several at once; the reason comes with a single one.
      const known = names.length === 0 ? ["ENOENT"] : ["ENOENT", "EEXIST", "ENOTDIR"];
      if (!known.includes(codeOf(error))) throw error;
    }
    if (names.length === 0) return await makeOne(root);
    const above = await makeFolder(names.slice(0, -1));
    const name = await onDisk.take(above, names.at(-1) ?? "");
    try {
      const path = join(above, name);
      return await makeOne((await kindOf(path)) === "file" ? twinOf(path) : path);
    } finally {
      onDisk.giveBack(above, name);
    }
  }

  return {
    find,
    guess: (key) => (onDisk.areExact === false || !isComposed(key) ? undefined : join(root, ...namesOf(key))),
    learn: async () => await onDisk.learn({ mayWrite: false }),
    twinSeen: () => onDisk.twinSeen(),
    async place(key) {
      if (onDisk.areExact === undefined) {
        await makeFolder([]);
        await onDisk.learn({ mayWrite: true });
      }
      const names = await namesFor(key);
      const folder = await makeFolder(names.slice(0, -1));
      return join(folder, await onDisk.take(folder, names.at(-1) ?? ""));
    },
    placeHere(key) {
      if (onDisk.areExact !== true || !isComposed(key)) return undefined;
      const names = namesOf(key);
      const folder = made.get(names.slice(0, -1).join("/"));
      return folder === undefined ? undefined : `${folder}${sep}${names.at(-1) ?? ""}`;
    },
    giveBack(path) {
      if (onDisk.areExact !== true) onDisk.giveBack(dirname(path), basename(path));
    },
    forget() {
      made.clear();
      onDisk.forget();
    },
  };
}

/** Another one may have made it meanwhile. */
async function makeOne(path: string): Promise<string> {
  await mkdir(path).catch(async (error: unknown) => {
    if (codeOf(error) !== "EEXIST" || (await kindOf(path)) !== "folder") throw error;
  });
  return path;
}

async function firstThat(folder: string, name: string, kind: "file" | "folder"): Promise<string | undefined> {
  for (const path of [join(folder, name), twinOf(join(folder, name))]) if ((await kindOf(path)) === kind) return path;
  return undefined;
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status?.isDirectory() === true ? "folder" : status === undefined ? undefined : "file";
}
