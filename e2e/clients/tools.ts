import { constants, accessSync } from "node:fs";
import { join } from "node:path";
import { environment } from "./environment.ts";

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
