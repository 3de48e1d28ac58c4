import { readdirSync, readFileSync, realpathSync } from "node:fs";
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
export function oldClients(env: Readonly<Record<string, string | undefined>>): OldClient[] {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const aws = findProgram(folders, "aws");
  const python = findProgram(folders, "python3");
  return [...(aws === undefined ? [] : oldAws(aws)), ...(python === undefined ? [] : oldBotocore(python))];
}

function oldAws(program: string): OldClient[] {
  // The installer of version 2 unpacks to .../v2/<version>/dist/aws.
  const unpacked = /\/v2\/(\d+\.\d+\.\d+)\//.exec(program)?.[1];
  const version = unpacked ?? packageVersion(interpreterOf(program), "awscli");
  if (version === undefined) return [];
  const first = version.startsWith("1.") ? firstGood["awscli 1"] : firstGood["awscli 2"];
  return isOlder(version, first) ? [{ name: `AWS CLI ${version}`, path: program, needed: first.join(".") }] : [];
}

function oldBotocore(python: string): OldClient[] {
  const version = packageVersion(python, "botocore");
  if (version === undefined || !isOlder(version, firstGood.botocore)) return [];
  return [{ name: `botocore ${version} (boto3, s3fs)`, path: python, needed: firstGood.botocore.join(".") }];
}

/** From the names that pip and Debian give to what they install beside an interpreter. */
function packageVersion(python: string | undefined, name: string): string | undefined {
  if (python === undefined) return undefined;
  const prefix = dirname(dirname(python));
  const libraries = names(join(prefix, "lib")).filter((entry) => /^python3(\.\d+)?$/.test(entry));
  const folders = libraries.flatMap((library) =>
    ["site-packages", "dist-packages"].map((kind) => join(prefix, "lib", library, kind)),
  );
  const pattern = new RegExp(`^${name}-(\\d+(?:\\.\\d+)*)[^/]*\\.(?:dist|egg)-info$`);
  for (const folder of folders) {
    const version = names(folder)
      .map((entry) => pattern.exec(entry)?.[1])
      .find((found) => found !== undefined);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** The interpreter that a script names in its first line. */
function interpreterOf(script: string): string | undefined {
  const start = orElse("", () => readFileSync(script, "latin1"));
  const path = /^#!\s*(\S+)/.exec(start.slice(0, 500))?.[1];
  return path === undefined || path.endsWith("/env") ? undefined : path;
}

function findProgram(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    const path = orElse(undefined, () => realpathSync.native(join(folder, name)));
    // A virtual environment is known by the folder its link lies in, not by where the link leads.
    if (path !== undefined) return name === "aws" ? path : join(folder, name);
  }
  return undefined;
}

/** A folder that is not there or not ours to read has no names in it. */
const names = (folder: string): string[] => orElse([], () => readdirSync(folder));

function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function isOlder(version: string, first: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = first.findIndex((wanted, index) => (parts[index] ?? 0) !== wanted);
  return at >= 0 && (parts[at] ?? 0) < (first[at] ?? 0);
}
