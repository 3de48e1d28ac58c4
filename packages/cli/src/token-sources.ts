import { readFile } from "node:fs/promises";
import type { TokenSource } from "@fedbucket/client";

/** fedcloudclient's (1.4 and before, then 2), keystoneauth's. */
const variables = ["OIDC_ACCESS_TOKEN", "FEDCLOUD_OIDC_ACCESS_TOKEN", "OS_ACCESS_TOKEN"];

/** Where EGI Notebooks mount a token; the hub renews it. @see EGI documentation, dev-env/notebooks/integration */
const mounts = ["/var/run/secrets/egi.eu/access_token", "/var/run/secrets/oidc/access_token"];

/** Places where a person may have left an access token already, best first. */
export function tokenSources(env: Readonly<Record<string, string | undefined>>): TokenSource[] {
  const mounted = env["SECRETS_MOUNT_PATH"];
  const files = mounted === undefined ? mounts : [`${mounted.replace(/\/+$/, "")}/access_token`, ...mounts];
  return [
    ...variables.map((name) => ({ name, read: () => Promise.resolve(env[name]) })),
    ...files.map((file) => ({ name: `the file ${file}`, read: () => readIfPossible(file) })),
  ];
}

/** A mount that is not there, or is there for somebody else, is no source. */
const readIfPossible = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);
