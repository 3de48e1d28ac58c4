import { readJson, textBody } from "../../body.ts";
import type { Http, HttpRequest } from "../../http.ts";
import { Secret } from "../../secret.ts";
import type { Environment } from "./environment.ts";
import { sourceFailed, type TokenSource, type WantedToken } from "./source.ts";

/** Remembers what a mytoken was exchanged for: a rotating one is good only once. Keyed by the one the person has. */
export interface MytokenMemory {
  load(original: string): Promise<string | undefined>;
  save(original: string, rotated: string): Promise<void>;
}

/** fedcloudclient's default. */
const usualServer = "https://mytoken.data.kit.edu";

/**
 * An access token for the mytoken in `FEDCLOUD_MYTOKEN`; undefined where there is none. It goes to
 * `FEDCLOUD_MYTOKEN_SERVER` only, and never unencrypted off this machine.
 *
 * @see mytoken server, API v0: POST /api/v0/token/access
 */
export function mytokenSource(env: Environment, http: () => Http, memory: MytokenMemory): TokenSource | undefined {
  const { FEDCLOUD_MYTOKEN: original, FEDCLOUD_MYTOKEN_SERVER: server = usualServer } = env;
  if (!original) return undefined;
  return {
    name: "mytoken",
    isLocal: false,
    isThere: async () => true,
    async read(wanted) {
      if (!isSafe(server)) throw sourceFailed("mytoken", `${server} is not encrypted`);
      const current = (await memory.load(original)) ?? original;
      const response = await http().send(
        accessTokenRequest(server, current, wanted),
        wanted.signal === undefined ? {} : { signal: wanted.signal },
      );
      const { token, rotated } = readAnswer(await readJson(response), response.status);
      if (rotated !== undefined) await memory.save(original, rotated);
      return token;
    },
  };
}

const isSafe = (server: string): boolean =>
  server.startsWith("https://") || /^http:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?(\/|$)/.test(server);

function accessTokenRequest(server: string, mytoken: string, { issuer }: WantedToken): HttpRequest {
  const form = JSON.stringify({ grant_type: "mytoken", mytoken, oidc_issuer: issuer, comment: "fedbucket" });
  return {
    method: "POST",
    url: `${server.replace(/\/+$/, "")}/api/v0/token/access`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: textBody(new Secret(form)),
  };
}

function readAnswer(body: unknown, status: number): { token: string; rotated: string | undefined } {
  const answer = (body ?? {}) as Record<string, unknown>;
  const { access_token: token, token_update: update } = answer;
  if (status === 200 && typeof token === "string") {
    const rotated = (update as Record<string, unknown> | undefined)?.["mytoken"];
    return { token, rotated: typeof rotated === "string" ? rotated : undefined };
  }
  const words = [answer["error"], answer["error_description"]].filter((word) => typeof word === "string");
  throw sourceFailed("mytoken", words.join(": ") || `status ${status}`);
}
