import { readdir, readFile, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

/** A client that does not read the endpoint from a profile. */
export interface OldClient {
  /** `AWS CLI 2.9.19`, `botocore 1.29.27`. */
  readonly name: string;
  readonly path: string;
  readonly needed: string;
}

/** First versions that read `services` and `endpoint_url` from a profile. @see botocore CHANGELOG, 1.31.0 */
const firstGood = { botocore: [1, 31, 0], "awscli 1": [1, 29, 0], "awscli 2": [2, 13, 0] } as const;

/**
 * Clients on the `PATH` that are too old for a profile's endpoint: `aws`, and the boto3 of `python3`. Looks at names of
 * installed packages and starts nothing, since `aws --version` alone takes half a second.
 */
export async function oldClients(env: Readonly<Record<string, string | undefined>>): Promise<OldClient[]> {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const aws = await findProgram(folders, "aws");
  const python = await findProgram(folders, "python3");
  const found = await Promise.all([
    aws === undefined ? [] : oldAws(aws),
    python === undefined ? [] : oldBotocore(python),
  ]);
  return found.flat();
}

async function oldAws(program: string): Promise<OldClient[]> {
  // The installer of version 2 unpacks to .../v2/<version>/dist/aws.
  const unpacked = /\/v2\/(\d+\.\d+\.\d+)\//.exec(program)?.[1];
  const version = unpacked ?? (await packageVersion(await interpreterOf(program), "awscli"));
  if (version === undefined) return [];
  const first = version.startsWith("1.") ? firstGood["awscli 1"] : firstGood["awscli 2"];
  return isOlder(version, first) ? [{ name: `AWS CLI ${version}`, path: program, needed: first.join(".") }] : [];
}

async function oldBotocore(python: string): Promise<OldClient[]> {
  const version = await packageVersion(python, "botocore");
  if (version === undefined || !isOlder(version, firstGood.botocore)) return [];
  return [{ name: `botocore ${version} (boto3, s3fs)`, path: python, needed: firstGood.botocore.join(".") }];
}

/** From the names that pip and Debian give to what they install beside an interpreter. */
async function packageVersion(python: string | undefined, name: string): Promise<string | undefined> {
  if (python === undefined) return undefined;
  const prefix = dirname(dirname(python));
  const libraries = (await names(join(prefix, "lib"))).filter((entry) => /^python3(\.\d+)?$/.test(entry));
  const folders = libraries.flatMap((library) =>
    ["site-packages", "dist-packages"].map((kind) => join(prefix, "lib", library, kind)),
  );
  const pattern = new RegExp(`^${name}-(\\d+(?:\\.\\d+)*)[^/]*\\.(?:dist|egg)-info$`);
  for (const folder of folders) {
    const version = (await names(folder)).map((entry) => pattern.exec(entry)?.[1]).find((found) => found !== undefined);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** The interpreter that a script names in its first line. */
async function interpreterOf(script: string): Promise<string | undefined> {
  const start = await readFile(script, "latin1").catch(() => "");
  const path = /^#!\s*(\S+)/.exec(start.slice(0, 500))?.[1];
  return path === undefined || path.endsWith("/env") ? undefined : path;
}

async function findProgram(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = await realpath(join(folder, name)).catch(() => undefined);
    // A virtual environment is known by the folder its link lies in, not by where the link leads.
    if (path !== undefined) return name === "aws" ? path : join(folder, name);
  }
  return undefined;
}

/** A folder that is not there or not ours to read has no names in it. */
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

function isOlder(version: string, first: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = first.findIndex((wanted, index) => (parts[index] ?? 0) !== wanted);
  return at >= 0 && (parts[at] ?? 0) < (first[at] ?? 0);
}
