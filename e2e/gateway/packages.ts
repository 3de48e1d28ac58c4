import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../clients/environment.ts";

export const requirementsFile: string = join(import.meta.dirname, "requirements.txt");

const key = createHash("sha256").update(readFileSync(requirementsFile)).digest("hex").slice(0, 12);

/** Where the gateway's packages are, for `PYTHONPATH`. Made by `setup.ts`. */
export const packages: string = `${environment}-gateway-${key}`;
