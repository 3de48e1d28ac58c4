import { readJson } from "../../body.ts";
import type { Http, HttpRequest } from "../../http.ts";
import { Secret } from "../../secret.ts";
import type { Environment } from "./environment.ts";
import { sourceFailed, type TokenSource } from "./source.ts";

/**
 * The access token that JupyterHub keeps for its user, where its operator lets the user's server read it (role scope
 * `admin:auth_state!user`); undefined outside a hub.
 *
 * @param http Sends the hub's own token to the hub and to nobody else.
 * @see JupyterHub, REST API, GET /users/{name}
 */
export function jupyterHubSource(env: Environment, http: (origin: string) => Http): TokenSource | undefined {
  const { JUPYTERHUB_API_URL: api, JUPYTERHUB_API_TOKEN: token, JUPYTERHUB_USER: user } = env;
  const origin = URL.parse(api ?? "")?.origin;
  if (!api || !token || !user || origin === undefined) return undefined;
  return {
    name: "JupyterHub's auth_state",
    isLocal: false,
    isThere: async () => true,
    async read({ signal }) {
      const response = await http(origin).send(userRequest(api, user, token), signal === undefined ? {} : { signal });
      // Few hubs let their users see it; that is no trouble, only no source.
      if (response.status === 401 || response.status === 403 || response.status === 404) return undefined;
      if (response.status !== 200) throw sourceFailed("JupyterHub's auth_state", `status ${response.status}`);
      return readAuthState(await readJson(response));
    },
  };
}

function userRequest(api: string, user: string, token: string): HttpRequest {
  const url = `${api.replace(/\/+$/, "")}/users/${encodeURIComponent(user)}`;
  const headers = { accept: "application/json", authorization: new Secret(`token ${token}`) };
  return { method: "GET", url, headers };
}

/** oauthenticator puts it at the top; some authenticators keep the whole answer of the token endpoint. */
function readAuthState(body: unknown): string | undefined {
  const { auth_state: state } = (body ?? {}) as { auth_state?: Record<string, unknown> | null };
  const whole = state?.["token_response"] as Record<string, unknown> | undefined;
  const token = state?.["access_token"] ?? whole?.["access_token"];
  return typeof token === "string" && token !== "" ? token : undefined;
}
