import type { Http } from "../../http.ts";
import { type Environment, environmentSources } from "../../session/token-sources/environment.ts";
import { jupyterHubSource } from "../../session/token-sources/jupyterhub.ts";
import { mytokenSource } from "../../session/token-sources/mytoken.ts";
import { type TokenSource, withLimit } from "../../session/token-sources/source.ts";
import { wlcgSource } from "../../session/token-sources/wlcg.ts";
import { mountedSources, readIfPossible } from "./files.ts";
import { mytokenMemory } from "./mytoken-memory.ts";
import { localOidcAgent } from "./oidc-agent.ts";

export interface TokenSourceOptions {
  readonly env: Environment;
  readonly stateFolder: string;
  /** Makes a sender that may show a token to this origin only. */
  readonly httpFor: (origin: string | undefined) => Http;
}

/** Places where a person may have a token besides our own login, best first; none can hold a command up for long. */
export function tokenSources({ env, stateFolder, httpFor }: TokenSourceOptions): TokenSource[] {
  const slow = [
    ...mountedSources(env),
    jupyterHubSource(env, httpFor),
    wlcgSource({ env, userId: process.geteuid?.(), readFile: readIfPossible }),
    localOidcAgent(env),
    mytokenSource(env, () => httpFor(undefined), mytokenMemory(stateFolder)),
  ];
  return [
    ...environmentSources(env),
    ...slow.filter((source) => source !== undefined).map((source) => withLimit(source)),
  ];
}
