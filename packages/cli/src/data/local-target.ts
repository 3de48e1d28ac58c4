import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Failure, visible } from "@fedbucket/client";
import { isSafeFileName } from "@fedbucket/client/node";

/** The last part of a key, as the name of a file. `..` and the like would lead out of the folder. */
function fileNameOf(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (isSafeFileName(name)) return name;
  throw new Failure("BAD_FILE_NAME", "usage", `"${visible(key)}" does not end in a name that a file can have here`, {
    cure: ["Name the file to write: fedbucket cp SOURCE ./name"],
  });
}

/**
 * The file that a download writes: in a folder that is there, or under a path that ends in `/`, it gets the object's name.
 *
 * @throws Failure `NO_FOLDER`, `IS_A_FOLDER` or `BAD_FILE_NAME`.
 */
export async function downloadPath(cwd: string, path: string, key: string): Promise<string> {
  const target = resolve(cwd, path);
  const isFolder = await isFolderThere(target);
  if (!isFolder && !/[/\\]$/.test(path.replace(/\\$/, process.platform === "win32" ? "\\" : ""))) return target;
  if (!isFolder) {
    throw new Failure("NO_FOLDER", "not-found", `there is no folder ${path}`, { cure: [`mkdir -p ${path}`] });
  }
  const file = join(target, fileNameOf(key));
  if (await isFolderThere(file)) {
    throw new Failure("IS_A_FOLDER", "usage", `${join(path, basename(file))} is a folder`, {
      cure: ["Name the file to write: fedbucket cp SOURCE ./name"],
    });
  }
  return file;
}

async function isFolderThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
