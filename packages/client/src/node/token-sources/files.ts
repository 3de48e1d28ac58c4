import { readFile } from "node:fs";
import { promisify } from "node:util";
import type { TokenSource } from "../../session/token-sources/source.ts";
import type { Environment } from "../../session/token-sources/environment.ts";

/** Where EGI Notebooks mount a token. @see EGI documentation, dev-env/notebooks/integration */
const mounts = ["/var/run/secrets/egi.eu", "/var/run/secrets/oidc"];

/** Tokens that a notebook hub mounts into its users' servers, and renews there: read anew on each use. */
export function mountedSources(env: Environment): TokenSource[] {
  const folders = [...new Set([env["SECRETS_MOUNT_PATH"]?.replace(/\/+$/, ""), ...mounts])].filter(Boolean);
  return folders.map((folder) => {
    const file = `${folder}/access_token`;
    return {
      name: `the file ${file}`,
      isLocal: true,
      isThere: async () => (await readIfPossible(file)) !== undefined,
      read: () => readIfPossible(file),
    };
  });
}

// A mount may hang, so it is read in the background. `node:fs/promises` would be loaded at every start.
const read = promisify(readFile);

/** A file that is not there, or is there for somebody else, is no source. */
export const readIfPossible = (file: string): Promise<string | undefined> => read(file, "utf8").catch(() => undefined);
