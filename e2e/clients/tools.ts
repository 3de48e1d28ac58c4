import { createHash } from "node:crypto";
import { constants, accessSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkout } from "../harness/cloud.ts";

export const requirementsFile: string = join(import.meta.dirname, "requirements.txt");

/** Changes with the requirements: an environment is either the one asked for or not there. */
const key = createHash("sha256").update(readFileSync(requirementsFile)).digest("hex").slice(0, 12);

const cache = process.env["FEDBUCKET_CACHE"]?.replace(/^~(?=\/)/, homedir()) ?? join(checkout, ".cache");

/** The virtual environment of the Python clients. Made by `setup.ts`. */
export const environment: string = join(cache, "clients", `python-${key}`);

/** @returns The absolute path, since a bare name may find a version manager's shim. @throws Error naming what is missing */
export const pythonClient = (name: string): string =>
  found(join(environment, "bin", name), "run npm run test:clients, which installs it from PyPI");

/** A program of Debian's. @throws Error naming what is missing */
export const debianClient = (name: string): string => found(join("/usr/bin", name), "install it with apt-get");

function found(file: string, cure: string): string {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch (error) {
    throw new Error(`the client ${file} is missing: ${cure}`, { cause: error });
  }
}
