import type { TokenSource } from "./source.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** fedcloudclient's up to 1.4, then of 2, then keystoneauth's. */
const variables = ["OIDC_ACCESS_TOKEN", "FEDCLOUD_OIDC_ACCESS_TOKEN", "OS_ACCESS_TOKEN"];

/** Tokens exported in a shell. An empty one is told as such: backticks around a pasted token leave it so. */
export const environmentSources = (env: Environment): TokenSource[] =>
  variables.map((name) => ({
    name,
    isLocal: true,
    isThere: async () => env[name] !== undefined,
    read: async () => env[name],
  }));
