import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./folder-items.ts";
import { namesOf, twinOf } from "./file-names.ts";

/** Folders known to be there; forgotten when they are many. */
const remembered = 10_000;

export interface FolderPaths {
  /** Where the file of this key is; undefined when it is nowhere. */
  find(key: string): Promise<string | undefined>;
  /** Where it is to be written; the folders above are made. */
  place(key: string): Promise<string>;
  forget(): void;
}

/**
 * Where files are below a folder. Where a key is both, the name of a file and a part of other names, the later of the
 * two has its name with a mark behind it.
 */
export function folderPaths(root: string): FolderPaths {
  const made = new Map<string, string>();

  async function find(key: string): Promise<string | undefined> {
    const names = namesOf(key);
    const plain = join(root, ...names);
    const kind = await kindOf(plain);
    if (kind === "file") return plain;
    let folder: string | undefined = root;
    for (const name of names.slice(0, -1)) folder = folder && (await firstThat(folder, name, "folder"));
    return folder && (await firstThat(folder, names.at(-1) ?? "", "file"));
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
      await mkdir(plain, { recursive: true });
      return plain;
    } catch (error) {
      // Node says ENOENT of a read-only disk when it makes several at once; the reason comes with a single one.
      const known = names.length === 0 ? ["ENOENT"] : ["ENOENT", "EEXIST", "ENOTDIR"];
      if (!known.includes(codeOf(error))) throw error;
    }
    if (names.length === 0) return await makeOne(root);
    const above = await makeFolder(names.slice(0, -1));
    const path = join(above, names.at(-1) ?? "");
    const chosen = (await kindOf(path)) === "file" ? twinOf(path) : path;
    return await makeOne(chosen);
  }

  return {
    find,
    async place(key) {
      const names = namesOf(key);
      return join(await makeFolder(names.slice(0, -1)), names.at(-1) ?? "");
    },
    forget: () => made.clear(),
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
