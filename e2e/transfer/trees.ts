import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files by their paths below a folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export async function writeTree(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** MD5s by path. Folders do not count, nor do files that are not complete yet. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.startsWith(".fedbucket-")) continue;
    const path = join(entry.parentPath, entry.name);
    tree[path.slice(folder.length + 1)] = createHash("md5")
      .update(await readFile(path))
      .digest("hex");
  }
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Files of some hundred bytes, in folders. */
export function smallFiles(count: number): Files {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`d${n % 7}/f${String(n).padStart(4, "0")}`, randomBytes(100 + n)]),
  );
}
