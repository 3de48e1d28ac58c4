import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Everything the peers write, save Debian's packages. One for the machine, since their ports and their users are, too;
 * `FEDBUCKET_PEERS` moves it.
 */
export const folder: string = resolve(process.env["FEDBUCKET_PEERS"] ?? "/var/lib/fedbucket-peers");

export const path = (...parts: string[]): string => join(folder, ...parts);

/** A folder of a peer's own, which only `user` may enter unless `shared`. */
export function makeFolder(file: string, user = "root", mode = 0o700): string {
  mkdirSync(file, { recursive: true });
  chmodSync(file, mode);
  own(file, user);
  return file;
}

/** Writes a file that only `user` may read: most configuration holds a password. */
export function writeConfig(file: string, text: string, user = "root"): string {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
  own(file, user);
  return file;
}

/** A password made up on first use and kept: the peers' ports are open to everybody on the machine. */
export function password(name: string): string {
  const file = path("secrets", name);
  if (!existsSync(file)) {
    makeFolder(path("secrets"));
    writeFileSync(file, randomBytes(18).toString("base64url"), { mode: 0o600 });
  }
  return readFileSync(file, "utf8");
}

function own(file: string, user: string): void {
  const entry = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === user);
  if (entry === undefined) throw new Error(`there is no user "${user}" on this machine`);
  chownSync(file, Number(entry[2]), Number(entry[3]));
}
