import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/**
 * The https address at which a file of a checkout is found once it is pushed, for GitHub and GitLab; undefined when that
 * cannot be told. Reads `.git` and starts nothing.
 */
export async function publicAddress(file: string): Promise<string | undefined> {
  const root = await checkoutOf(dirname(file));
  if (root === undefined) return undefined;
  const config = await readFile(join(root, ".git", "config"), "utf8").catch(() => "");
  const head = await readFile(join(root, ".git", "HEAD"), "utf8").catch(() => "");
  const remote = /\[remote "origin"\][^[]*?\burl *= *(\S+)/.exec(config)?.[1] ?? "";
  const branch = /^ref: refs\/heads\/(\S+)/.exec(head)?.[1];
  // https://host/owner/name.git, git@host:owner/name.git, ssh://git@host/owner/name; a password in it is left out.
  const place = /^(?:(?:https|ssh):\/\/(?:[^@/]*@)?|git@)([\w.-]+)[:/]([\w./-]+?)(?:\.git)?\/?$/.exec(remote);
  if (place === null || branch === undefined) return undefined;
  const [, host = "", repository = ""] = place;
  const path = relative(root, file).split(sep).map(encodeURIComponent).join("/");
  if (host === "github.com") return `https://raw.githubusercontent.com/${repository}/${branch}/${path}`;
  return host.includes("gitlab") ? `https://${host}/${repository}/-/raw/${branch}/${path}` : undefined;
}

async function checkoutOf(folder: string): Promise<string | undefined> {
  const found = await readFile(join(folder, ".git", "HEAD")).then(
    () => true,
    () => false,
  );
  if (found) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : checkoutOf(above);
}
