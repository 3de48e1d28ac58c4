import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkout } from "../harness/cloud.ts";

export const requirementsFile: string = join(import.meta.dirname, "requirements.txt");

/** Changes with the requirements: an environment is either the one asked for or not there. */
const key = createHash("sha256").update(readFileSync(requirementsFile)).digest("hex").slice(0, 12);

const cache = process.env["FEDBUCKET_CACHE"]?.replace(/^~(?=\/)/, homedir()) ?? join(checkout, ".cache");

/** The virtual environment of the Python clients. Made by `setup.ts`. */
export const environment: string = join(cache, "clients", `python-${key}`);
