import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
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
 * @throws Failure `NO_FOLDER`, `IS_A_FOLDER`, `BAD_FILE_NAME` or `OTHER_NAME_THERE`.
 */
export async function downloadPath(cwd: string, path: string, key: string): Promise<string> {
  const file = await fileFor(cwd, path, key);
  await refuseOtherName(file);
  return file;
}

async function fileFor(cwd: string, path: string, key: string): Promise<string> {
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

/** Some disks take `README` and `readme` for one name: what is there by the other one must not be lost. */
async function refuseOtherName(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined)) === undefined) return;
  const [folder, name] = [dirname(file), basename(file)];
  const names = await readdir(folder).catch(() => [name]);
  if (names.includes(name)) return;
  const other = names.find((one) => folded(one) === folded(name)) ?? "a file";
  const message = `${join(folder, other)} is there, and this disk takes ${name} for the same name`;
  throw new Failure("OTHER_NAME_THERE", "usage", message, {
    cure: ["Name the file to write: fedbucket cp SOURCE ./name"],
  });
}

const folded = (name: string): string => name.normalize("NFC").toLowerCase();
